"""When work is tried again, and when regular work is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
LEASE = timedelta(minutes=5)
SPREAD = 0.2
EPOCH = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
LONGEST_ERROR = 300
LONGEST_REST = 0.5  # seconds
BEAT = timedelta(seconds=15)  # how often a worker says that it is alive
SILENCE = timedelta(minutes=2)  # after which it is taken for dead


class Queue(StrEnum):
    """Each queue has a thread of its own in every worker; one never waits for the other."""

    DEFAULT = "default"
    SLOW = "slow"  # what may take seconds, and what comes by the thousand


class Priority(IntEnum):
    """Which of the jobs of a queue comes first; the lower number does."""

    HIGH = 10  # somebody waits in front of a screen
    NORMAL = 50
    LOW = 90


@dataclass(frozen=True, kw_only=True)
class Regular:
    """A line of the timetable: every so often, or daily at a time of a zone (then `every` is None).

    `kind` is the kind of job that it makes, `queue` where that waits.
    """

    name: str
    kind: str
    every: timedelta | None = None
    at: time = time(3, 0)
    zone: str = "UTC"
    queue: Queue = Queue.DEFAULT


def wait_after(
    attempts: int, chance: float, patience: Sequence[timedelta] = PATIENCE
) -> timedelta | None:
    """Return how long to wait after so many failed attempts, None to give up.

    `chance` in [0, 1) spreads the waits by a fifth, so that what failed together comes back apart.
    """
    if attempts > len(patience):
        return None
    return patience[attempts - 1] * (1 - SPREAD + 2 * SPREAD * chance)


def last_due(regular: Regular, now: datetime) -> datetime:
    """Return the latest moment, not after now, at which regular work was due (UTC)."""
    if regular.every is not None:
        return EPOCH + (now - EPOCH) // regular.every * regular.every
    zone = ZoneInfo(regular.zone)
    day = now.astimezone(zone).date()
    today = datetime.combine(day, regular.at, zone).astimezone(UTC)
    if today <= now:
        return today
    return datetime.combine(day - timedelta(days=1), regular.at, zone).astimezone(UTC)


def rest_after(seconds: float, queue: str, priority: int, *, one_writer: bool) -> float:
    """Return for how long a worker rests after a job that took so many seconds.

    Slow work, and what comes by the thousand, leaves the database alone half of the time, and three
    quarters of it where only `one_writer` writes at a time: nobody waits behind a row of it.
    """
    if queue != Queue.SLOW and priority < Priority.LOW:
        return 0.0
    return min(seconds * (3 if one_writer else 1), LONGEST_REST)


def as_error(fault: BaseException) -> str:
    """Return a fault as one short line."""
    text = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
    return " ".join(text.split())[:LONGEST_ERROR]
