"""The day it is in the zone of each edition, in SQL."""

from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Case, case, literal

from learning.catalogue.models import Edition
from learning.kit.time import day_in, time_zone_names

MINUTES = 15  # offsets of zones are multiples of it


def day_of_edition(now: datetime) -> Case[date]:
    """Return the day in the zone of an edition, for a query that has editions in it.

    All over the world there are three days at most at one moment.
    """
    moment = now.replace(minute=now.minute // MINUTES * MINUTES, second=0, microsecond=0)
    today = moment.date()
    others = [
        (Edition.zone.in_(zones), literal(day)) for day, zones in _zones(moment) if day != today
    ]
    return case(*others, (Edition.zone.is_not(None), literal(today)))


@lru_cache(maxsize=4)
def _zones(moment: datetime) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """Return the names of all zones by the day that it is there."""
    of_day: dict[date, list[str]] = {}
    for zone in time_zone_names():
        of_day.setdefault(day_in(zone, moment), []).append(zone)
    return tuple((day, tuple(zones)) for day, zones in of_day.items())
