"""What a text says of days, hours, weeks, places and the fee, and what in it was not understood.

The reading is simple: a figure belongs to the nearest word that says what it is. Whatever has no
such word is handed over as it stands, so that a person looks: the gate never says that it has read
what it has not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from learning.catalogue import vocabulary as words
from learning.catalogue.tokens import LINKED, Day, Kind, Token, tokens

FARTHEST = 60  # characters between a figure and the word that says what it is
ADJOINING = 3  # characters between a figure and a word that follows it at once
AROUND = 30  # characters shown beside what was not read
LEAST_TOTAL = 20  # fewer hours without a word are not those of a whole course
BOUNDARY = re.compile(r"[.!?]+(?=\s+[^\s\W\d_a-zà-ÿ]|\s*$|\s+[¿¡«“\d])|[;•\n]+")


class Fact(StrEnum):
    """What a text can say of an edition."""

    FIRST_DAY = "first-day"
    LAST_DAY = "last-day"
    DEADLINE = "deadline"
    WORK_DUE = "work-due"
    WEEKDAY = "weekday"
    WORKLOAD = "workload"
    TOTAL = "total"
    WEEKS = "weeks"
    FEE = "fee"
    PLACES = "places"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One fact that a text states, and the words in which it does."""

    fact: Fact
    token: Token
    words: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Everything that a text states, and every figure in it that could not be understood."""

    stated: Sequence[Statement]
    unread: Sequence[str]

    def of(self, fact: Fact) -> list[Statement]:
        return [each for each in self.stated if each.fact is fact]

    def days(self, fact: Fact) -> list[Day]:
        return [each.token.day for each in self.of(fact) if each.token.day]


def read(text: str) -> Reading:
    """Return what a text says; the words of the three languages do not clash."""
    shown = re.sub(r"[^\S\n]+", " ", text.replace("'", "’"))
    plain = shown.lower() if len(shown.lower()) == len(shown) else shown
    found = tokens(plain)
    ends = [
        match.span()
        for match in BOUNDARY.finditer(shown)
        if not any(t.start <= match.start() < t.end for t in found)
    ]
    stated, unread = [], []
    for number, token in enumerate(found):
        place = _Place(text=plain, found=found, ends=ends, number=number)
        fact = _fact(place)
        end = found[number + 1].end if place.linked(+1) else token.end
        if fact is None:
            unread.append(_around(shown, token))
            continue
        said = shown[token.start : end]
        stated.append(Statement(fact=fact, token=token, words=said))
        if token.day and token.day.weekday is not None:
            stated.append(Statement(fact=Fact.WEEKDAY, token=token, words=said))
    return Reading(stated=stated, unread=list(dict.fromkeys(unread)))


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A figure in its text; `ends` are where sentences end."""

    text: str
    found: Sequence[Token]
    ends: Sequence[tuple[int, int]]
    number: int

    @property
    def token(self) -> Token:
        return self.found[self.number]

    def before(self, *, whole: bool = False) -> str:
        """Return the words before it, from its sentence's beginning or the last of its kind on."""
        begin = max((end for _, end in self.ends if end <= self.token.start), default=0)
        others = (t.end for t in self.found[: self.number] if self._cuts(t) and not whole)
        return self.text[max([begin, *others]) : self.token.start]

    def after(self) -> str:
        """Return the words after it, as far as its sentence or the next of its kind."""
        end = min((s for s, _ in self.ends if s >= self.token.end), default=len(self.text))
        others = (t.start for t in self.found[self.number + 1 :] if self._cuts(t))
        return self.text[self.token.end : min([end, *others])]

    def _cuts(self, other: Token) -> bool:
        """Whether the words beyond another figure are no longer about this one."""
        return other.kind is self.token.kind

    def nearest(self, cues: dict[str, re.Pattern[str]]) -> str:
        """Return the name of the cue that stands nearest, one before it rather than one after.

        What follows the last figure at once belongs to that: “10 hours a week, 60 hours”.
        """
        before, after = self.before(), self.after()
        least = ADJOINING if len(before) < len(self.before(whole=True)) else 0
        near = [
            (len(before) - match.end(), 0, name)
            for name, cue in cues.items()
            for match in cue.finditer(before)
            if match.start() >= least
        ] + [
            (match.start(), 1, name) for name, cue in cues.items() for match in cue.finditer(after)
        ]
        return min((each for each in near if each[0] <= FARTHEST), default=(0, 0, ""))[2]

    def linked(self, step: int) -> bool:
        """Whether a day is one end of a range, whose other end is the next or the last one."""
        other = self.number + step
        if not 0 <= other < len(self.found) or self.found[other].kind is not Kind.DAY:
            return False
        first, last = sorted((self.token, self.found[other]), key=lambda token: token.start)
        return LINKED.fullmatch(self.text[first.end : last.start]) is not None


ENDS = {"first": words.FIRST, "last": words.LAST, "limit": words.LIMIT}
SUBJECTS = {
    "apply": words.APPLY, "work": words.WORK, "course": words.COURSE, "else": words.ELSEWHERE,
}  # fmt: skip


def _fact(place: _Place) -> Fact | None:
    match place.token.kind:
        case Kind.DAY:
            return _of_day(place)
        case Kind.HOURS:
            return _of_hours(place)
        case Kind.WEEKS:
            told = words.NOT_LENGTH.search(place.before()[-20:] + " | " + place.after()[:20])
            return None if told else Fact.WEEKS
        case Kind.PLACES:
            return Fact.PLACES
        case Kind.AMOUNT:
            other = words.NOT_FEE.search(place.before(whole=True)[-FARTHEST:] + place.after())
            return None if other else Fact.FEE
    return None


def _of_day(place: _Place) -> Fact | None:
    subject = _subject(place)
    if subject == "else":
        return None
    if place.linked(+1):
        return None if subject in {"apply", "work"} else Fact.FIRST_DAY
    if place.linked(-1):
        first = replace(place, number=place.number - 1)
        subject, end = _subject(first), "last"
    else:
        end = place.nearest(ENDS)
    return {
        ("first", "course"): Fact.FIRST_DAY,
        ("first", ""): Fact.FIRST_DAY,
        ("last", "course"): Fact.LAST_DAY,
        ("last", ""): Fact.LAST_DAY,
        ("limit", "course"): Fact.LAST_DAY,
        ("last", "apply"): Fact.DEADLINE,
        ("limit", "apply"): Fact.DEADLINE,
        ("last", "work"): Fact.WORK_DUE,
        ("limit", "work"): Fact.WORK_DUE,
    }.get((end, subject))


def _subject(place: _Place) -> str:
    """Return what a day is a day of: what is named first before it, or else after it."""
    for side in (place.before(), place.after()):
        named = [
            (match.start(), name)
            for name, cue in SUBJECTS.items()
            if (match := cue.search(side)) is not None
        ]
        if named:
            kinds = {name for _, name in named}
            return "else" if "else" in kinds else min(named)[1]
    return ""


def _of_hours(place: _Place) -> Fact | None:
    token = place.token
    near = place.nearest({"week": words.WEEKLY, "all": words.IN_ALL})
    if near == "week":
        return Fact.WORKLOAD
    if token.low != token.high:
        return None
    return Fact.TOTAL if near == "all" or token.low >= LEAST_TOTAL else None


def _around(text: str, token: Token) -> str:
    """Return what was not read with some words beside it, cut where words end."""
    begin, end = max(0, token.start - AROUND), min(len(text), token.end + AROUND)
    before, after = text[begin : token.start], text[token.end : end]
    if begin and " " in before:
        before = "…" + before[before.index(" ") + 1 :]
    if end < len(text) and " " in after:
        after = after[: after.rindex(" ")] + "…"
    return " ".join((before + text[token.start : token.end] + after).split())
