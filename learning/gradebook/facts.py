"""From what the packages tell to what the engine needs, and from its outcome to marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from learning.content.activity_types import Assessment, Requirement, RequirementKey
from learning.content.course import Course
from learning.extension_points.results import Result
from learning.gradebook.rules import completion as engine
from learning.gradebook.rules import marks
from learning.gradebook.rules.completion import (
    Completion,
    PartFacts,
    RequirementFacts,
    RequirementOutcome,
)
from learning.gradebook.rules.marks import CourseMark, WeightedMark

PASSED, NOT_PASSED = Decimal("100.00"), Decimal("0.00")
MARKED = (
    RequirementKey.QUIZZES,
    RequirementKey.PEER,
    RequirementKey.GROUP,
    RequirementKey.PROJECT,
)
"""The requirements that have a weight in the mark of the course, by the same key."""


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """What staff decided about one person: exempt items, and marks that stand for others."""

    exempt: frozenset[str] = frozenset()
    overrides: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])


NO_DECISIONS = Decisions()


def pass_mark(assessment: Assessment, key: RequirementKey) -> Decimal | None:
    """Return the pass mark of a requirement in percent; what has no marks has none."""
    rules = {
        RequirementKey.QUIZZES: assessment.quiz,
        RequirementKey.PEER: assessment.peer,
        RequirementKey.PROJECT: assessment.project,
    }.get(key)
    if rules is not None:
        return Decimal(rules.pass_percent)
    return PASSED if key is RequirementKey.GROUP else None


def needed_parts(course: Course, requirement: Requirement) -> int:
    """Return how many parts of a requirement have to be met."""
    if requirement.key is RequirementKey.QUIZZES:
        return max(1, sum(bool(module.bank) for module in course.modules))
    if requirement.key is RequirementKey.DISCUSSIONS:
        return max(1, sum("discussion" in module.documents for module in course.modules))
    return max(1, requirement.sessions)


def completion_of(course: Course, results: Sequence[Result], decisions: Decisions) -> Completion:
    """Return the decision about one person."""
    return engine.completion(
        [
            _requirement(course, each, [r for r in results if r.requirement == each.key], decisions)
            for each in course.assessment.requirements
        ]
    )


def _requirement(
    course: Course, requirement: Requirement, results: Sequence[Result], decisions: Decisions
) -> RequirementFacts:
    """Return the facts of a requirement; one that nobody tells of has its key as its only part.

    So staff can enter the mark of what was done elsewhere.
    """
    key, needed = requirement.key, needed_parts(course, requirement)
    required = pass_mark(course.assessment, key)
    parts = [_part(result, required, decisions) for result in results]
    if not parts and key in MARKED and key in decisions.overrides:
        override = decisions.overrides[key]
        needed = 1
        parts = [PartFacts(key=key, done=True, override=override, pass_mark=required)]
    return RequirementFacts(key=key, needed=needed, parts=parts, exempt=key in decisions.exempt)


def _part(result: Result, required: Decimal | None, decisions: Decisions) -> PartFacts:
    return PartFacts(
        key=result.key,
        done=result.done_at is not None,
        passed=result.passed,
        final=result.final,
        mark=_mark(result, required),
        pass_mark=required,
        override=decisions.overrides.get(result.key),
        exempt=result.key in decisions.exempt,
    )


def _mark(result: Result, required: Decimal | None) -> Decimal | None:
    """Return the mark of a result in percent; what has no points, but passes, has all or none."""
    if result.points is not None and result.max_points:
        return marks.percentage(result.points, result.max_points, required)
    if result.passed is None or required is None:
        return None
    return PASSED if result.passed else NOT_PASSED


def weighted_marks(
    assessment: Assessment, completion: Completion
) -> dict[RequirementKey, WeightedMark]:
    """Return the mark of each kind of work that has a weight."""
    outcomes = {each.key: each for each in completion.requirements}
    return {
        key: WeightedMark(
            weight=assessment.weights[key],
            mark=mark_of(assessment, outcomes[key]),
            exempt=is_exempt(outcomes[key]),
        )
        for key in MARKED
        if key in assessment.weights and key in outcomes
    }


def is_exempt(outcome: RequirementOutcome) -> bool:
    """Whether nothing of a requirement is left that could have a mark."""
    return outcome.state is engine.RequirementState.EXEMPT


def mark_of(assessment: Assessment, outcome: RequirementOutcome) -> Decimal | None:
    """Return the mean of the published marks of a requirement."""
    counted = [part.mark for part in outcome.parts if part.counts and part.mark is not None]
    return marks.mean(counted, pass_mark(assessment, outcome.key))


def course_mark(assessment: Assessment, completion: Completion) -> CourseMark:
    """Return the mark of the course so far."""
    return marks.course_mark(list(weighted_marks(assessment, completion).values()))
