"""Days and hours of applications: the last moment, what cancelling costs, how long an offer lasts.

Days are calendar days in the centre's zone, without hours and without working days, as in the
information note (A9716205, "Annulation").
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from learning.kit.time import start_of

FREE_DAYS, HALF_DAYS = 14, 8
OFFER_LASTS = timedelta(hours=72)
NIGHT_BEGINS, NIGHT_ENDS = time(21), time(8)
TIME_TO_ANSWER = timedelta(days=7)
DUE_BEFORE = timedelta(days=FREE_DAYS)


@dataclass(frozen=True, kw_only=True)
class Window:
    """What leaving would mean today: `days` before the first day, `percent` of what was paid.

    `free_until` is the last day on which leaving costs nothing and a transfer is possible;
    `half_until` the last on which half is kept.
    """

    days: int
    percent: int
    free_until: date
    half_until: date

    @property
    def open(self) -> bool:
        """Whether leaving costs something already."""
        return self.percent > 0


def closes_at(apply_until: date, zone: str) -> datetime:
    """Return the first moment that is too late: midnight after the last day, in a zone."""
    return start_of(apply_until + timedelta(days=1), zone)


def last_second(apply_until: date, zone: str) -> datetime:
    """Return the last second in which one can apply, as people are told it."""
    return closes_at(apply_until, zone) - timedelta(seconds=1)


def window(starts_on: date, today: date) -> Window:
    """Return what leaving would mean: nothing 14 days before, half from 13 to 8, all from 7 on."""
    days = (starts_on - today).days
    percent = 0 if days >= FREE_DAYS else 50 if days >= HALF_DAYS else 100
    return Window(
        days=days,
        percent=percent,
        free_until=starts_on - timedelta(days=FREE_DAYS),
        half_until=starts_on - timedelta(days=HALF_DAYS),
    )


def first_day(starts_on: date, agreed: date | None) -> date:
    """Return the first day from which leaving is counted: the later of today's and the agreed one.

    Whoever was accepted for one day does not pay more for leaving because it was moved.
    """
    return max(starts_on, agreed or starts_on)


def payment_due(issued: date, starts_on: date) -> date:
    """Return when the fee is due: 14 days before the first day, but never before it is asked."""
    return max(issued, starts_on - DUE_BEFORE)


def offer_ends(made_at: datetime, zone: str, begins_at: datetime) -> datetime:
    """Return when an offer of a freed seat ends: after 72 hours, never in the person's night.

    At night (21 to 8 in their zone) the time begins to run, and the end waits, until 8 in the
    morning; no offer lasts into the course.
    """
    began = _out_of_night(made_at, zone)
    return min(_out_of_night(began + OFFER_LASTS, zone), begins_at)


def _out_of_night(at: datetime, zone: str) -> datetime:
    local = at.astimezone(ZoneInfo(zone))
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return at
    day = local.date() + timedelta(days=local.time() >= NIGHT_BEGINS)
    return datetime.combine(day, NIGHT_ENDS, ZoneInfo(zone)).astimezone(UTC)
