"""Days, hours, weeks, seats, shares and amounts in a text, each with its position."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from learning.catalogue.vocabulary import CURRENCY_OF, MONTH_OF, NUMBER_OF, WEEKDAY_OF, one_of


class Kind(StrEnum):
    DAY = "day"
    HOURS = "hours"
    WEEKS = "weeks"
    SEATS = "seats"
    AMOUNT = "amount"
    NOTICE = "notice"  # so many days
    SHARE = "share"  # percent
    OTHER = "other"  # a clock time, a month, a weekday or a number without a unit


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day as far as a text names it; None for a part that it does not name."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, kw_only=True)
class Token:
    """One figure in a text. `low` and `high` are in its unit: hours, days, percent, cents."""

    kind: Kind
    start: int
    end: int
    day: Day | None = None
    low: int = 0
    high: int = 0
    currency: str = ""


MONTH, WEEKDAY = one_of(MONTH_OF), one_of(WEEKDAY_OF)
NUMBER = rf"(?:\d{{1,3}}|{one_of(NUMBER_OF)})"
BEFORE = rf"(?:\b(?P<weekday>{WEEKDAY})\b,?\s+(?:(?:le|the|el|día)\s+)*)?"
ORDINAL = r"(?:er|st|nd|rd|th|º|ª|o)?\b"
YEAR = r"(?:\s*,?\s*(?:\b(?:de|del|of)\s+)?(?P<year>\d{4})\b)?"
POINT = r"(?:\.(?=\s*,?\s*(?:del?\s+)?\d{4}))?"  # of a shortened month, not of a sentence
DAYS = (
    rf"{BEFORE}\b(?P<day>\d{{1,2}}){ORDINAL}\s+(?:(?:de|of)\s+)?(?P<month>{MONTH})\b{POINT}{YEAR}",
    rf"{BEFORE}\b(?P<month>{MONTH})\b\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{YEAR}",
    rf"{BEFORE}\b(?P<year>\d{{4}})-(?P<number>\d{{2}})-(?P<day>\d{{2}})\b",
    rf"{BEFORE}\b(?P<day>\d{{1,2}})[/.](?P<number>\d{{1,2}})[/.](?P<year>\d{{4}})\b",
    rf"{BEFORE}\b(?P<day>\d{{1,2}})/(?P<number>\d{{1,2}})\b(?!/)",
)
LINK = r"(?:–|—|-|\bau\b|\bto\b|\bal\b|\buntil\b|\btill\b|\bthrough\b|\bjusqu’au\b|\bhasta\b)"
LINKED = re.compile(rf"\s*,?\s*{LINK}\s*(?:(?:le|the|el)\s+)?")
BARE = re.compile(rf"{BEFORE}\b(?P<day>\d{{1,2}}){ORDINAL}\s*{LINK}\s*(?:(?:le|the|el)\s+)?$")
TO = r"(?:\s*(?:–|—|-)\s*|\s+(?:à|et|ou|to|and|or|a|y|o)\s+)"
CLOCKS = (
    r"\b\d{1,2}\s?h\s?\d{2}\b",
    r"\b\d{1,2}:\d{2}\b(?:\s?[ap]\.?m\b\.?)?",
    r"\b\d{1,2}\s?[ap]\.?m\b\.?",
    r"(?<!\d\s)(?<!\w)(?:à|at|a\slas)\s\d{1,2}\s?h(?:eures|oras|rs|ours)?\b(?!\s(?:par|per|por|de|of|/))",
)
HOURS = (
    rf"(?<![\d.,])\b(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER}))?[\s-]?(?:learning\s)?"
    r"(?:h|hrs?|heures?|hours?|horas?)\b"
)
LEARNING = (
    r"(?:heures?|hours?|horas?)\s(?:d’apprentissage|of\slearning|de\saprendizaje)"
    r"[^.\d]{0,30}?\b(?P<low>\d{2,3})\b"
)
WEEKS = rf"\b(?P<low>{NUMBER})[\s-]?(?:semaines?|weeks?|semanas?)\b"
SEATS = (
    r"\b(?P<low>\d{1,5})\s(?:places?|seats?|plazas?|participants?|participantes?|personnes|people"
    r"|personas)\b"
)
NOTICES = rf"\b(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER}))?[\s-]?(?:jours?|days?|días?)\b"
SHARES = r"(?<![\d.,])\b(?P<low>\d{1,3})\s?(?:%|percent\b|pour\scent\b|por\sciento\b)"
QUANTITIES = (
    (Kind.HOURS, HOURS),
    (Kind.HOURS, LEARNING),
    (Kind.WEEKS, WEEKS),
    (Kind.SEATS, SEATS),
    (Kind.NOTICE, NOTICES),
    (Kind.SHARE, SHARES),
)
CURRENCY = one_of(CURRENCY_OF)
DIGITS = (
    r"(?P<amount>\d{1,3}(?:[ .,’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?![\d])"
)
AMOUNTS = (
    rf"(?<![\d.,]){DIGITS}\s?(?P<currency>{CURRENCY})(?!\w)",
    rf"(?<!\w)(?P<currency>{CURRENCY})\s?{DIGITS}",
)
OTHERS = (
    rf"\b(?:{MONTH})\b\.?\s+(?:de\s+)?\d{{4}}\b",
    r"\d+(?:[.,:/’ ]?\d+)*",
    rf"\b(?:{WEEKDAY})s?\b",
)
MONTHS_DAYS = range(1, 32)
Span = tuple[int, int]


def tokens(text: str) -> list[Token]:
    """Return all figures of a text in lower case, in order.

    Text that was read once is not read again: the day in “18 January 2027” is not a number as
    well.
    """
    result: list[Token] = []
    for token in _candidates(text):
        if not any(token.start < other.end and other.start < token.end for other in result):
            result.append(token)
    result += [first for token in result if (first := _first_of_range(text, token, result))]
    result += [token for token in _others(text) if not _lies_in(token, result)]
    return sorted(result, key=lambda token: token.start)


def _candidates(text: str) -> Iterator[Token]:
    """Yield possible readings, the most certain first."""
    yield from _days(text)
    yield from _amounts(text)
    for pattern in CLOCKS:
        for match in re.finditer(pattern, text):
            yield Token(kind=Kind.OTHER, start=match.start(), end=match.end())
    for kind, pattern in QUANTITIES:
        for match in re.finditer(pattern, text):
            groups = match.groupdict()
            low, high = groups["low"], groups.get("high") or groups["low"]
            start = match.start("low") if pattern is LEARNING else match.start()
            yield Token(
                kind=kind, start=start, end=match.end(), low=_number(low), high=_number(high)
            )


def _days(text: str) -> Iterator[Token]:
    for pattern in DAYS:
        for match in re.finditer(pattern, text):
            if day := _day(match):
                yield Token(kind=Kind.DAY, start=match.start(), end=match.end(), day=day)


def _amounts(text: str) -> Iterator[Token]:
    for pattern in AMOUNTS:
        for match in re.finditer(pattern, text):
            yield Token(
                kind=Kind.AMOUNT,
                start=match.start(),
                end=match.end(),
                low=_minor(match["amount"]),
                currency=CURRENCY_OF[match["currency"]],
            )


def _others(text: str) -> Iterator[Token]:
    spans: list[Span] = []
    for pattern in OTHERS:
        for match in re.finditer(pattern, text):
            start, end = match.span()
            if not any(start < other[1] and other[0] < end for other in spans):
                spans.append((start, end))
                yield Token(kind=Kind.OTHER, start=start, end=end)


def _lies_in(token: Token, tokens: list[Token]) -> bool:
    return any(other.start <= token.start and token.end <= other.end for other in tokens)


def _first_of_range(text: str, token: Token, tokens: list[Token]) -> Token | None:
    """Return the first day of “2 to 13 March”, where only the second has the month."""
    if token.day is None:
        return None
    match = BARE.search(text[: token.start])
    if match is None or any(match.start() < other.end <= token.start for other in tokens):
        return None
    weekday = WEEKDAY_OF.get(match["weekday"] or "")
    day = Day(day=int(match["day"]), month=token.day.month, year=token.day.year, weekday=weekday)
    return Token(kind=Kind.DAY, start=match.start(), end=match.end("day"), day=day)


def _day(match: re.Match[str]) -> Day | None:
    groups = match.groupdict()
    month = MONTH_OF[groups["month"]] if groups.get("month") else int(groups["number"])
    day, year = int(groups["day"]), groups.get("year")
    if day not in MONTHS_DAYS or month not in MONTH_OF.values():
        return None
    return Day(
        day=day,
        month=month,
        year=int(year) if year else None,
        weekday=WEEKDAY_OF.get(groups["weekday"] or ""),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else NUMBER_OF[text]


def _minor(text: str) -> int:
    """Return an amount in minor units: one or two figures after a point or comma are decimals."""
    decimals = re.search(r"[.,](\d{1,2})$", text)
    whole = text[: decimals.start()] if decimals else text
    figures = re.sub(r"\D", "", whole)
    return int(figures) * 100 + int((decimals[1] if decimals else "").ljust(2, "0"))
