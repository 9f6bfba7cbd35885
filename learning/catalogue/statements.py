"""What a text says of dates and hours, in three languages: enough to catch a contradiction."""

import re
from dataclasses import dataclass

MONTHS = """
janvier january enero
février february febrero
mars march marzo
avril april abril
mai may mayo
juin june junio
juillet july julio
août august agosto
septembre september septiembre
octobre october octubre
novembre november noviembre
décembre december diciembre
"""
NUMBER_OF = {
    name: number
    for number, names in enumerate(MONTHS.split("\n")[1:-1], start=1)
    for name in names.split()
}
MONTH = "|".join(NUMBER_OF)
DAY = (
    r"(\d{1,2})(?:er|st|nd|rd|th|º)?\s+(?:de\s+)?"
    rf"(?:({MONTH})\s*(?:(?:de\s+)?\d{{4}}\s*)?)?"
)
TO = r"(?:–|-|—|\bau\b|\bto\b|\bal\b|\buntil\b|\bjusqu’au\b|\bhasta\b)"
LAST = rf"(?:the\s+)?(?:el\s+)?(\d{{1,2}})\S{{0,2}}\s+(?:de\s+)?({MONTH})"
RANGE = re.compile(rf"{DAY}\s*{TO}\s*{LAST}")
SINCE = r"(?:à partir du|starting on|starts on|from|a partir del|desde el)"
FROM = re.compile(rf"{SINCE}\s+(?:the\s+)?{DAY}")
HOUR = r"(?:h|heures?|hours?|horas?)\b"
WEEK = r"(?:\s*/\s*|\s+(?:par|a|per|por|a la|each|chaque|cada)\s+)(?:semaine|week|semana)"
AND = r"(?:–|-|\bà\b|\bet\b|\bto\b|\band\b|\ba\b|\by\b)"
WEEKLY = re.compile(rf"(\d{{1,2}})(?:\s*{AND}\s*(\d{{1,2}}))?\s*{HOUR}{WEEK}")
OF_LEARNING = r"(?:d’apprentissage|of learning|de aprendizaje)[^.\d]{0,30}"
TOTAL = re.compile(rf"(\d{{2,3}})\s*{HOUR}(?!{WEEK})|{OF_LEARNING}(\d{{2,3}})")


@dataclass(frozen=True, kw_only=True)
class Statements:
    """First days as (day, month), hours a week as (low, high), hours in all."""

    starts: frozenset[tuple[int, int]]
    workloads: frozenset[tuple[int, int]]
    totals: frozenset[int]


def read(text: str) -> Statements:
    """Return what a text says of when a course begins and how many hours it takes.

    The names of months do not clash, so the language need not be known.
    """
    plain = re.sub(r"\s+", " ", text.lower().replace("'", "’"))
    starts = {_day(first, month, last) for first, month, _, last in RANGE.findall(plain)}
    starts |= {_day(day, month, month) for day, month in FROM.findall(plain) if month}
    workloads = {(int(low), int(high or low)) for low, high in WEEKLY.findall(plain)}
    totals = {int(one or other) for one, other in TOTAL.findall(plain)}
    return Statements(
        starts=frozenset(starts), workloads=frozenset(workloads), totals=frozenset(totals)
    )


def _day(day: str, month: str, other_month: str) -> tuple[int, int]:
    """Return (day, month); in “2 to 13 March” the month stands with the second day only."""
    return int(day), NUMBER_OF[month or other_month]
