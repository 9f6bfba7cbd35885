"""French spellings that the locale data does not have."""

from datetime import date
from unicodedata import normalize

ISLES = "Açores|Bermudes|Caïmans|Comores|Fidji|Galápagos|Îles Canaries|Maldives|Marquises|Palaos"
PLURAL = frozenset(ISLES.split("|"))
MUTE = frozenset({"Hébron", "Helsinki", "Hermosillo", "Honolulu"})  # the h is not heard


def with_first(day: date, text: str) -> str:
    """Return a day in words with its first of the month as French writes it: “1er juin”."""
    return text.replace("1 ", "1er ", 1) if day.day == 1 else text


def in_city(city: str) -> str:
    """Return a city after “à”: “à Rome”, “au Caire”, “aux Açores”."""
    if city in PLURAL:
        return f"aux {city}"
    return "au " + city.removeprefix("Le ") if city.startswith("Le ") else f"à {city}"


def of_city(city: str) -> str:
    """Return a city after “de”: “d’Abidjan”, “du Caire”, “des Açores”, “de Lagos”."""
    if city in PLURAL:
        return f"des {city}"
    if city.startswith("Le "):
        return "du " + city.removeprefix("Le ")
    vowel = normalize("NFD", city)[:1].upper() in set("AEIOU")
    return f"d’{city}" if vowel or city in MUTE else f"de {city}"
