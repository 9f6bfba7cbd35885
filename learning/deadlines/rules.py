"""Rules about one person's dates, time and attempts: plain values in, a plain value out.

A tutor extends one date for one person; the registrar agrees an accommodation for a whole edition.
Neither takes anything away, and they do not add up: an extension names a day that was promised in
view of everything else, so of all dates the latest counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from learning.catalogue.schedule import instant, wall_time
from learning.content.activity_types import DeadlineKind

HUNDRED = 100
MAX_EXTRA_TIME, MAX_ATTEMPTS, MAX_DAYS = 300, 10, 60


@dataclass(frozen=True, kw_only=True)
class Accommodation:
    """The accommodation of one person in an edition; the defaults change nothing.

    Extra time in percent of a time limit, additional attempts, dates so many days later, no
    time limit at all.
    """

    extra_time: int = 0
    extra_attempts: int = 0
    shift_days: int = 0
    no_timer: bool = False

    @property
    def is_none(self) -> bool:
        return self == NO_ACCOMMODATION


NO_ACCOMMODATION = Accommodation()


@dataclass(frozen=True, kw_only=True)
class DueDate:
    """When something is due: for everybody (`general`), and for one person (`at`).

    `days_later` are whole days by the edition's calendar; 0 with a later `at` is the same day.
    """

    general: datetime
    at: datetime
    days_later: int

    @property
    def is_later(self) -> bool:
        return self.at > self.general


def due_date(
    kind: DeadlineKind,
    general: datetime,
    zone: str,
    *,
    until: datetime | None = None,
    accommodation: Accommodation = NO_ACCOMMODATION,
) -> DueDate:
    """Return the due date for one person.

    The later of the edition's date, shifted by the accommodation's days (the same local time in
    the edition's zone), and the extension (`until`). What happens for everybody at once happens
    for this person, too.
    """
    if kind is DeadlineKind.EVENT:
        return DueDate(general=general, at=general, days_later=0)
    wall = wall_time(general, zone)
    moved = instant(wall + timedelta(days=accommodation.shift_days), zone)
    at = max(moved, until or moved)
    days = (wall_time(at, zone).date() - wall.date()).days
    return DueDate(general=general, at=at, days_later=days)


def time_limit(minutes: int | None, accommodation: Accommodation) -> int | None:
    """Return the minutes of an attempt for one person, rounded up; None: no limit."""
    if minutes is None or accommodation.no_timer:
        return None
    return -(-minutes * (HUNDRED + accommodation.extra_time) // HUNDRED)


def attempts(usual: int, accommodation: Accommodation) -> int:
    """Return how many attempts one person has."""
    return usual + accommodation.extra_attempts
