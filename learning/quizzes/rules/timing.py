"""When an attempt may begin, and when it ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from learning.content.activity_types import QuizRules
from learning.deadlines.rules import Accommodation, attempts, time_limit


class StartProblem(StrEnum):
    """Why no attempt can begin now."""

    NOT_OPEN = "not-open"  # the module is not open yet
    CLOSED = "closed"  # the last day for attempts is over
    IN_PROGRESS = "in-progress"  # an attempt is open
    NO_ATTEMPTS = "no-attempts"  # all attempts are used
    WAIT = "wait"  # so many hours are between attempts


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one person has for the quiz of a module; `minutes` None: no time limit."""

    minutes: int | None
    attempts: int


@dataclass(frozen=True, kw_only=True)
class AttemptHistory:
    """A person's attempts so far; `last_ended` is when the last one that has ended did."""

    number: int = 0
    in_progress: bool = False
    last_ended: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Window:
    """When attempts may begin; None: at once, or without an end."""

    opens: datetime | None = None
    closes: datetime | None = None


def limits_for(rules: QuizRules, accommodation: Accommodation, released: int = 0) -> Limits:
    """Return the limits of one person; `released` attempts were granted by a tutor."""
    return Limits(
        minutes=time_limit(rules.time_limit_minutes, accommodation),
        attempts=attempts(rules.attempts, accommodation) + released,
    )


def attempt_ends(
    started: datetime, minutes: int | None, closes: datetime | None
) -> datetime | None:
    """Return when an attempt ends: after its time limit, at the close at the latest."""
    ends = None if minutes is None else started + timedelta(minutes=minutes)
    return min((each for each in (ends, closes) if each), default=None)


def next_attempt_from(history: AttemptHistory, wait_hours: int) -> datetime | None:
    """Return when the next attempt may begin; None: at once."""
    if history.last_ended is None or not wait_hours:
        return None
    return history.last_ended + timedelta(hours=wait_hours)


def start_problem(
    now: datetime, window: Window, history: AttemptHistory, limit: Limits, wait_hours: int
) -> StartProblem | None:
    """Return why no attempt can begin now; None: it can."""
    wait_until = next_attempt_from(history, wait_hours)
    if window.opens is not None and now < window.opens:
        return StartProblem.NOT_OPEN
    if history.in_progress:
        return StartProblem.IN_PROGRESS
    if window.closes is not None and now >= window.closes:
        return StartProblem.CLOSED
    if history.number >= limit.attempts:
        return StartProblem.NO_ATTEMPTS
    if wait_until is not None and now < wait_until:
        return StartProblem.WAIT
    return None
