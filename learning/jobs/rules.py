"""Retry delays, and due times of scheduled jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
DEFAULT_LEASE = timedelta(minutes=5)
RETRY_JITTER = 0.2
SCHEDULE_EPOCH = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
MAX_ERROR_LENGTH = 300
MAX_REST_SECONDS = 0.5  # seconds
HEARTBEAT_INTERVAL = timedelta(seconds=15)  # how often a worker reports that it is alive
HEARTBEAT_TIMEOUT = timedelta(minutes=2)  # after which it counts as dead


class Queue(StrEnum):
    """A queue; each has a thread of its own in every worker, so they never wait for each other."""

    DEFAULT = "default"
    SLOW = "slow"  # jobs that take seconds, or come by the thousand


ALL_QUEUES = frozenset(Queue)


class Priority(IntEnum):
    """The priority of a job within its queue; lower numbers first."""

    HIGH = 10  # a person waits in front of a screen
    NORMAL = 50
    LOW = 90


@dataclass(frozen=True, kw_only=True)
class ScheduledJob:
    """A line of the schedule: every so often, or daily at a time of a zone (then `every` is None).

    `kind` is the kind of job that it enqueues, into `queue`.
    """

    name: str
    kind: str
    every: timedelta | None = None
    at: time = time(3, 0)
    zone: str = "UTC"
    queue: Queue = Queue.DEFAULT


def retry_delay(
    attempts: int, chance: float, delays: Sequence[timedelta] = RETRY_DELAYS
) -> timedelta | None:
    """Return how long to wait after so many failed attempts, None for no further attempt.

    `chance` in [0, 1) spreads the delays by a fifth, so that jobs that failed together are
    retried apart.
    """
    if attempts > len(delays):
        return None
    return delays[attempts - 1] * (1 - RETRY_JITTER + 2 * RETRY_JITTER * chance)


def last_due(scheduled: ScheduledJob, now: datetime) -> datetime:
    """Return the latest moment (UTC), not after now, at which a scheduled job was due."""
    if scheduled.every is not None:
        return SCHEDULE_EPOCH + (now - SCHEDULE_EPOCH) // scheduled.every * scheduled.every
    zone = ZoneInfo(scheduled.zone)
    day = now.astimezone(zone).date()
    today = datetime.combine(day, scheduled.at, zone).astimezone(UTC)
    if today <= now:
        return today
    return datetime.combine(day - timedelta(days=1), scheduled.at, zone).astimezone(UTC)


def rest_after(seconds: float, queue: str, priority: int, *, one_writer: bool) -> float:
    """Return for how long a worker rests after a job that took so many seconds.

    Slow jobs leave the database alone half of the time, and three quarters of it where only
    `one_writer` writes at a time.
    """
    if queue != Queue.SLOW and priority < Priority.LOW:
        return 0.0
    return min(seconds * (3 if one_writer else 1), MAX_REST_SECONDS)


def error_text(error: BaseException) -> str:
    """Return an error as one short line."""
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return " ".join(text.split())[:MAX_ERROR_LENGTH]
