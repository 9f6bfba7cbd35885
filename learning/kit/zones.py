"""The names of time zones in each language, for a list."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from learning.kit.folding import sort_key
from learning.kit.i18n import i18n_for
from learning.kit.time import time_zone_names

MIDWINTERS = (datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 7, 1, tzinfo=UTC))
"""Moments of which one at least is in the standard time of a zone."""


@lru_cache
def time_zone_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Return every zone as its city and standard time in a language: “Abidjan (UTC+0)”.

    They are in that language's order, so that typing a city finds it in a list. Of zones with one
    city, those that are not named after it add their name: “Kolkata (UTC+5:30, Asia/Calcutta)”.
    """
    zones = [zone for zone in time_zone_names() if "/" in zone]
    named = [(zone, _label(language, zone)) for zone in zones]
    named.sort(key=lambda choice: (sort_key(choice[1]), choice[0]))
    return (*named, ("UTC", "UTC"))


@lru_cache
def _plain_zones() -> frozenset[str]:
    """Return the zones whose city says enough: the only one with it, or the only one named so."""
    of_city: dict[str, list[str]] = {}
    for zone in time_zone_names():
        of_city.setdefault(_city("en", zone), []).append(zone)
    plain = []
    for city, zones in of_city.items():
        named_so = [zone for zone in zones if zone.partition("/")[2] == city.replace(" ", "_")]
        plain += zones if len(zones) == 1 else named_so if len(named_so) == 1 else []
    return frozenset(plain)


def _city(language: str, zone: str) -> str:
    return i18n_for(language).city(zone).rpartition("/")[2]


def _label(language: str, zone: str) -> str:
    also = "" if zone in _plain_zones() else f", {zone}"
    return f"{_city(language, zone)} ({_offset(zone)}{also})"


def _offset(zone: str) -> str:
    """Return the standard time of a zone: “UTC+5:30”."""
    there = ZoneInfo(zone)
    offset = min(at.astimezone(there).utcoffset() or timedelta() for at in MIDWINTERS)
    hours, minutes = divmod(round(abs(offset).total_seconds() / 60), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}:{minutes:02}" if minutes else f"UTC{sign}{hours}"
