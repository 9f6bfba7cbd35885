"""Days and hours of applications: the last moment, the due day of the fee, the end of an offer."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from learning.catalogue.cancellation import Window
from learning.kit.time import start_of_day

OFFER_PERIOD = timedelta(hours=72)
NIGHT_BEGINS, NIGHT_ENDS = time(21), time(8)
ANSWER_PERIOD = timedelta(days=7)
REVIEW_STARTS_WITHIN, ANSWER_READ_WITHIN = timedelta(days=3), timedelta(days=3)
DECISION_WITHIN = timedelta(days=10)
OFFER_ENDS_SOON = timedelta(days=1)
"""What staff aim at: the dates of their queue. Nothing happens by itself when they are over."""


def closes_at(apply_until: date, zone: str) -> datetime:
    """Return the first moment that is too late: midnight after the last day, in a zone."""
    return start_of_day(apply_until + timedelta(days=1), zone)


def last_second(apply_until: date, zone: str) -> datetime:
    """Return the last second in which applying is possible, for texts."""
    return closes_at(apply_until, zone) - timedelta(seconds=1)


def sponsor_until(link_ends: datetime, apply_until: date, zone: str) -> datetime:
    """Return until when a sponsor's answer counts for an application that is not sent yet."""
    return min(link_ends, last_second(apply_until, zone))


def payment_due(issued: date, window: Window) -> date:
    """Return when the fee is due: on the last free day, but never before it is asked for.

    If no day is free, it is due on the first day.
    """
    return max(issued, window.free_until or window.first_day)


def offer_ends(created_at: datetime, zone: str, begins_at: datetime) -> datetime:
    """Return when an offer of a freed seat ends: after 72 hours, never in the person's night.

    An offer made at night (21 to 8 in their zone) starts at 8, and one that would end at night
    ends at 8; no offer lasts beyond the first day of the course.
    """
    began = _out_of_night(created_at, zone)
    return min(_out_of_night(began + OFFER_PERIOD, zone), begins_at)


def _out_of_night(at: datetime, zone: str) -> datetime:
    local = at.astimezone(ZoneInfo(zone))
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return at
    day = local.date() + timedelta(days=local.time() >= NIGHT_BEGINS)
    return datetime.combine(day, NIGHT_ENDS, ZoneInfo(zone)).astimezone(UTC)
