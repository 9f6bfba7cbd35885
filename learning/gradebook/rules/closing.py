"""Rules of the closing sheet: what becomes of whom, and which cases people look at twice."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from learning.gradebook.rules.completion import Completion, RequirementState

NEAR = Decimal(5)  # points of a percentage below a pass mark


class ClosingOutcome(StrEnum):
    """What an enrolment becomes when its edition is closed."""

    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    NO_SHOW = "no_show"


class BorderlineReason(StrEnum):
    """Why somebody who does not complete is looked at twice."""

    ONE_OPEN = "one_open"  # a single requirement is open
    NEAR_PASS = "near_pass"  # noqa: S105 no password: a failed mark is near its pass mark
    WAITING = "waiting"  # something waits for somebody else, not for the person


@dataclass(frozen=True, kw_only=True)
class FailedMark:
    """A mark below its pass mark."""

    mark: Decimal
    pass_mark: Decimal


def closing_outcome(*, is_complete: bool, was_active: bool) -> ClosingOutcome:
    """Return what becomes of somebody: the list decides, then whether they ever came."""
    if is_complete:
        return ClosingOutcome.COMPLETED
    return ClosingOutcome.NOT_COMPLETED if was_active else ClosingOutcome.NO_SHOW


def borderline_reasons(
    decided: Completion, failed: list[FailedMark]
) -> tuple[BorderlineReason, ...]:
    """Return why a case is borderline, nothing if it is clear."""
    if decided.is_complete:
        return ()
    states = [each.state for each in decided.requirements]
    reasons = {
        BorderlineReason.ONE_OPEN: decided.fulfilled == len(states) - 1,
        BorderlineReason.NEAR_PASS: any(
            each.mark < each.pass_mark <= each.mark + NEAR for each in failed
        ),
        BorderlineReason.WAITING: RequirementState.WAITING in states,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)
