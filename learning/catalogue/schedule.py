"""The instants of an edition's dates, from the course's deadlines and its own days.

A deadline names a weekday and a time of day; an edition has the instant, in its zone. It keeps its
local time over a change of the clocks. If staff chose another instant, the difference stays when
the edition's days move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from learning.content.activity_types import Deadline
from learning.kit.time import start_of_day

LAST_MINUTE = time(23, 59)
Instants = Mapping[str, datetime]  # by the key of a deadline


@dataclass(frozen=True, kw_only=True)
class OwnDays:
    """The days that an edition sets for itself, and its time zone."""

    starts_on: date
    project_due_on: date
    ends_on: date
    zone: str


def instant(wall: datetime, zone: str) -> datetime:
    """Return the instant (UTC) of a local time in a zone.

    Of a time that comes twice, or is skipped when the clocks change, the later reading counts,
    which is never worse for the person who hands in.
    """
    zone_info = ZoneInfo(zone)
    return max(wall.replace(tzinfo=zone_info, fold=fold).astimezone(UTC) for fold in (0, 1))


def last_minute(day: date, zone: str) -> datetime:
    """Return the instant (UTC) of 23:59 on a day in a zone, which people read as its end."""
    return instant(datetime.combine(day, LAST_MINUTE), zone)


def wall_time(at: datetime, zone: str) -> datetime:
    """Return the local time of an instant in a zone, without the zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def regular(deadline: Deadline, days: OwnDays) -> datetime:
    """Return the instant of a course's deadline in an edition by the course's own rule."""
    return instant(_wall(deadline, days), days.zone)


def moved(deadline: Deadline, at: datetime, before: OwnDays, after: OwnDays) -> datetime:
    """Return the instant of a deadline after an edition's days or zone change."""
    if at == regular(deadline, before) or deadline.day:
        return regular(deadline, after)
    by_hand = wall_time(at, before.zone) - _wall(deadline, before)
    return instant(_wall(deadline, after) + by_hand, after.zone)


def out_of_order(deadlines: Sequence[Deadline], instants: Instants) -> list[str]:
    """Return the keys of deadlines that do not come after the one that the course names."""
    return [
        each.key
        for each in deadlines
        if each.after in instants and each.key in instants
        if instants[each.key] <= instants[each.after]
    ]


def outside(instants: Instants, days: OwnDays) -> list[str]:
    """Return the keys of dates before an edition's first day or after its last."""
    first = start_of_day(days.starts_on, days.zone)
    last = start_of_day(days.ends_on + timedelta(days=1), days.zone)
    return [key for key, at in instants.items() if not first <= at < last]


def _wall(deadline: Deadline, days: OwnDays) -> datetime:
    return datetime.combine(_day(deadline, days), deadline.time)


def _day(deadline: Deadline, days: OwnDays) -> date:
    """Return the day with a weekday in a week that counts from the first day."""
    if deadline.day:
        own: date = getattr(days, deadline.day)
        return own
    begins = days.starts_on + timedelta(weeks=deadline.week - 1)
    return begins + timedelta(days=(deadline.weekday - begins.weekday()) % 7)
