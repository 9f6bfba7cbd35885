"""Moments and days. A moment is an aware UTC datetime; a day belongs to a zone."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# The pinned tzdata package, not the system's (docs/decisions/0013).
zoneinfo.reset_tzpath(())

WEEK = timedelta(days=7)


def now() -> datetime:
    """Return this moment; only views and commands call it and pass it on."""
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def time_zone_names() -> tuple[str, ...]:
    """Return every zone of the form Area/City, sorted, and UTC."""
    areas = (
        "Africa/",
        "America/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    names = sorted(z for z in zoneinfo.available_timezones() if z.startswith(areas))
    return (*names, "UTC")


def day_in(zone: str, moment: datetime) -> date:
    """Return the calendar day that it is in a zone at a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """Return the moment (UTC) at which a day begins in a zone."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
