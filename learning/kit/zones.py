"""The names of time zones, as a person of each language looks for them in a list."""

from functools import lru_cache

from learning.kit.folding import sort_key
from learning.kit.i18n import N_, i18n_for
from learning.kit.time import zone_names

AREAS = {
    "Africa": N_("Africa"),
    "America": N_("America"),
    "Asia": N_("Asia"),
    "Atlantic": N_("Atlantic"),
    "Australia": N_("Australia"),
    "Europe": N_("Europe"),
    "Indian": N_("Indian Ocean"),
    "Pacific": N_("Pacific"),
}


@lru_cache
def zone_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Return every zone with its area and city in a language, in that language's order."""
    words = i18n_for(language)
    named = []
    for zone in zone_names():
        area, _, rest = zone.partition("/")
        if rest:
            city = words.city(zone).rpartition("/")[2]
            named.append((zone, f"{words.gettext(AREAS[area])} / {city}"))
    named.sort(key=lambda choice: (sort_key(choice[1]), choice[0]))
    return (*named, ("UTC", "UTC"))
