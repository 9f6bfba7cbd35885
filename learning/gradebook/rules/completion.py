"""Completion: the facts about one person in, the state of each requirement and the decision out.

This is the only place that decides about the certificate. No time is in it: whether a date is
over is shown beside a state, and what is closed at the end is decided by people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from learning.content.activity_types import RequirementKey
from learning.gradebook.rules.marks import passes


class RequirementState(StrEnum):
    """How far one person is with a requirement, or with a part of it; from the best to the worst.

    A requirement has the best state that enough of its parts have, or a better one.
    """

    MET = "met"
    EXEMPT = "exempt"  # counts as met
    WAITING = "waiting"  # the person has done their part, somebody else has not
    PENDING = "pending"
    FAILED = "failed"  # not passed so far, can be done again
    IMPOSSIBLE = "impossible"  # the person can do no more about it


FULFILLED = frozenset({RequirementState.MET, RequirementState.EXEMPT})
ORDER = {state: place for place, state in enumerate(RequirementState)}


@dataclass(frozen=True, kw_only=True)
class PartFacts:
    """What is known of one part of a requirement, as the quiz of a module.

    `mark` is published, in percent; `override` stands for it where staff decided so. `pass_mark`
    is None where a mark passes nothing.
    """

    key: str
    done: bool = False
    passed: bool | None = None
    final: bool = False
    mark: Decimal | None = None
    pass_mark: Decimal | None = None
    override: Decimal | None = None
    exempt: bool = False


@dataclass(frozen=True, kw_only=True)
class RequirementFacts:
    """What is known of one requirement: `needed` of its parts, one at least, have to be met."""

    key: RequirementKey
    needed: int
    parts: Sequence[PartFacts] = ()
    exempt: bool = False


@dataclass(frozen=True, kw_only=True)
class PartOutcome:
    """What came of a part; `raw` is the mark without the override."""

    key: str
    state: RequirementState
    mark: Decimal | None = None
    raw: Decimal | None = None
    overridden: bool = False

    @property
    def counts(self) -> bool:
        """Whether the mark is one of those that the course's mark is made of."""
        return self.mark is not None and self.state is not RequirementState.EXEMPT


@dataclass(frozen=True, kw_only=True)
class RequirementOutcome:
    """The state of one requirement: `done` of `needed` parts are met."""

    key: RequirementKey
    state: RequirementState
    done: int
    needed: int
    parts: Sequence[PartOutcome] = ()

    @property
    def is_fulfilled(self) -> bool:
        return self.state in FULFILLED


@dataclass(frozen=True, kw_only=True)
class Completion:
    """The decision about one person, requirement by requirement."""

    requirements: Sequence[RequirementOutcome]

    @property
    def fulfilled(self) -> int:
        return sum(each.is_fulfilled for each in self.requirements)

    @property
    def is_complete(self) -> bool:
        """Whether there will be a certificate; a course that asks for nothing gives none."""
        return bool(self.requirements) and self.fulfilled == len(self.requirements)


def completion(requirements: Sequence[RequirementFacts]) -> Completion:
    """Return the state of every requirement."""
    return Completion(requirements=tuple(map(requirement_outcome, requirements)))


def requirement_outcome(facts: RequirementFacts) -> RequirementOutcome:
    parts = tuple(map(part_outcome, facts.parts))
    states = [part.state for part in parts]
    done = min(sum(state in FULFILLED for state in states), facts.needed)
    return RequirementOutcome(
        key=facts.key,
        state=_state(facts, states),
        done=done,
        needed=facts.needed,
        parts=parts,
    )


def _state(facts: RequirementFacts, states: Sequence[RequirementState]) -> RequirementState:
    """Return the state of a requirement by those of its parts; nobody has told of missing ones.

    Somebody who is exempt from some parts and has met the others has met the requirement.
    """
    if facts.exempt:
        return RequirementState.EXEMPT
    missing = [RequirementState.PENDING] * (facts.needed - len(states))
    counted = sorted([*states, *missing], key=ORDER.__getitem__)[: facts.needed]
    if RequirementState.MET in counted and FULFILLED.issuperset(counted):
        return RequirementState.MET
    return counted[-1]


def part_outcome(facts: PartFacts) -> PartOutcome:
    overridden = facts.override is not None
    return PartOutcome(
        key=facts.key,
        state=_part_state(facts),
        mark=facts.override if overridden else facts.mark,
        raw=facts.mark,
        overridden=overridden,
    )


def _part_state(facts: PartFacts) -> RequirementState:
    if facts.exempt:
        return RequirementState.EXEMPT
    passed = facts.passed
    if facts.override is not None and facts.pass_mark is not None:
        passed = passes(facts.override, facts.pass_mark)
    if passed:
        return RequirementState.MET
    if passed is None:
        return RequirementState.WAITING if facts.done else RequirementState.PENDING
    return RequirementState.IMPOSSIBLE if facts.final else RequirementState.FAILED
