"""The path of one person to the certificate: each requirement as a line, what to do, by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from learning.content.activity_types import RequirementKey
from learning.content.course import Course
from learning.extension_points.due import DueItem
from learning.extension_points.results import Result
from learning.gradebook import facts, words
from learning.gradebook.queries import PersonResults
from learning.gradebook.rules.completion import (
    FULFILLED,
    PartOutcome,
    RequirementOutcome,
    RequirementState,
)
from learning.gradebook.rules.marks import CourseMark
from learning.kit.i18n import N_, I18n

CLOSING, QUIZ = "closing", "quiz-"
DEADLINES: Mapping[RequirementKey, tuple[str, ...]] = {
    RequirementKey.DISCUSSIONS: (CLOSING,),
    RequirementKey.PEER: ("peer-work", "peer-reviews", "peer-feedback"),
    RequirementKey.GROUP: ("group-plan",),
    RequirementKey.LIVE: (CLOSING,),
    RequirementKey.PROJECT: ("project",),
}
"""The keys of the deadlines of a requirement; those of the quizzes begin with “quiz-”."""
ACTIONABLE = frozenset({RequirementState.PENDING, RequirementState.FAILED})
STEPS = {RequirementState.WAITING: "wait"}
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class PathPart:
    """One part that is not met yet: what it is, what to do about it, where."""

    title: str
    path: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PathLine:
    """One requirement: its state, how far it is, what it asks for, its next date, its parts.

    `step` is the state of a step of a timeline; `path` leads to what is next.
    """

    key: RequirementKey
    state: RequirementState
    step: str
    value: str
    rule: str = ""
    when: str = ""
    at: datetime | None = None
    path: str = ""
    parts: Sequence[PathPart] = ()

    @property
    def is_fulfilled(self) -> bool:
        return self.state in FULFILLED


@dataclass(frozen=True, kw_only=True)
class MarkLine:
    """One kind of work in the table of marks."""

    key: RequirementKey
    weight: int
    mark: str
    exempt: bool
    detail: str


@dataclass(frozen=True, kw_only=True)
class Path:
    """Everything between one person and the certificate; `next` is the line to go on with."""

    lines: Sequence[PathLine]
    next: PathLine | None
    marks: Sequence[MarkLine]
    total: CourseMark
    has_overrides: bool

    @property
    def open(self) -> int:
        return sum(not line.is_fulfilled for line in self.lines)

    @property
    def is_complete(self) -> bool:
        return bool(self.lines) and not self.open


@dataclass(frozen=True, kw_only=True)
class PathSource:
    """What a path is made of: the course, one person's results, their dates, for whom, when."""

    course: Course
    person: PersonResults
    due: Sequence[DueItem]
    i18n: I18n
    now: datetime

    def ahead(self, keys: Sequence[str]) -> DueItem | None:
        """Return the next of some dates; if all are over, the last."""
        items = [item for item in self.due if item.key in keys]
        return next((item for item in items if item.at >= self.now), items[-1] if items else None)


def build_path(source: PathSource) -> Path:
    """Return the path: what is fulfilled first, then by the next date."""
    completion, course = source.person.completion, source.course
    lines = [_line(source, outcome) for outcome in completion.requirements]
    todo = [line for line in lines if line.state in ACTIONABLE]
    following = min(todo, key=_date_of, default=None)
    parts = [part for each in completion.requirements for part in each.parts]
    shown = [replace(line, step="now") if line is following else line for line in lines]
    return Path(
        lines=sorted(shown, key=lambda line: (not line.is_fulfilled, _date_of(line))),
        next=following,
        marks=_marks(source),
        total=facts.course_mark(course.assessment, completion),
        has_overrides=any(part.overridden for part in parts),
    )


def _date_of(line: PathLine) -> datetime:
    return line.at or LAST


def _line(source: PathSource, outcome: RequirementOutcome) -> PathLine:
    requirements = {each.key: each for each in source.course.assessment.requirements}
    i18n, state = source.i18n, outcome.state
    if outcome.is_fulfilled:
        return PathLine(
            key=outcome.key, state=state, step="done", value=words.value_text(i18n, outcome)
        )
    results = {result.key: result for result in source.person.results}
    item = source.ahead(_deadlines(source, outcome, results))
    parts = [
        _part(source, part, results[part.key])
        for part in outcome.parts
        if part.state not in FULFILLED and part.key in results
    ]
    return PathLine(
        key=outcome.key,
        state=state,
        step=STEPS.get(state, ""),
        value=words.value_text(i18n, outcome),
        rule=words.rule_text(i18n, source.course.assessment, requirements[outcome.key]),
        when=_when(source, item),
        at=item.at if item else None,
        path=_path(outcome, results, item),
        parts=parts,
    )


def _path(outcome: RequirementOutcome, results: Mapping[str, Result], item: DueItem | None) -> str:
    """Return where to go on: to the part whose date is next, else to the first that is left."""
    left = [results[part.key] for part in outcome.parts if _is_left(part, results)]
    dated = [each for each in left if item is not None and each.deadline == item.key]
    return next((each.path for each in (*dated, *left)), item.path if item else "")


def _deadlines(
    source: PathSource, outcome: RequirementOutcome, results: Mapping[str, Result]
) -> Sequence[str]:
    """Return the keys of the dates that are left for a requirement."""
    if outcome.key is not RequirementKey.QUIZZES:
        return DEADLINES[outcome.key]
    left = [results[part.key].deadline for part in outcome.parts if _is_left(part, results)]
    return left or [each.key for each in source.course.deadlines if each.key.startswith(QUIZ)]


def _is_left(part: PartOutcome, results: Mapping[str, Result]) -> bool:
    return part.state in ACTIONABLE and part.key in results


def _when(source: PathSource, item: DueItem | None) -> str:
    """Return the next date of a requirement as a sentence, "" if there is none."""
    if item is None:
        return ""
    i18n = source.i18n
    when = i18n.weekday_time(item.at)
    if item.at < source.now:
        return i18n.gettext(N_("The date was %(when)s.")) % {"when": when}
    if item.key == CLOSING:
        return i18n.gettext(N_("Until %(when)s")) % {"when": when}
    return i18n.label_and_text(item.title, when)


def _part(source: PathSource, part: PartOutcome, result: Result) -> PathPart:
    i18n = source.i18n
    opens = result.opens_at
    if opens is not None and opens > source.now:
        text = i18n.gettext(N_("opens on %(day)s")) % {"day": i18n.weekday_date(opens)}
        return PathPart(title=result.title, path="", text=text)
    texts = [
        words.percentage_text(i18n, part),
        result.next_step,
        i18n.gettext(N_("no attempt is left; your tutor can say what is possible"))
        if part.state is RequirementState.IMPOSSIBLE
        else "",
    ]
    return PathPart(
        title=result.title, path=result.path, text=" · ".join(text for text in texts if text)
    )


def _marks(source: PathSource) -> Sequence[MarkLine]:
    assessment, completion = source.course.assessment, source.person.completion
    outcomes = {each.key: each for each in completion.requirements}
    return [
        MarkLine(
            key=key,
            weight=weighted.weight,
            mark=words.mark_text(
                source.i18n,
                weighted.mark,
                overridden=any(part.overridden for part in outcomes[key].parts),
            ),
            exempt=weighted.exempt,
            detail=words.marks_text(source.i18n, outcomes[key].parts),
        )
        for key, weighted in facts.weighted_marks(assessment, completion).items()
    ]
