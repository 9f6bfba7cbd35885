"""What a text states about days, hours, weeks, seats, fee and cancellation.

A figure belongs to the nearest cue word. A figure without a cue is returned as not understood, so
that a person looks at it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from learning.catalogue import vocabulary as words
from learning.catalogue.text_tokens import LINKED, Day, Kind, Token, tokens

MAX_CUE_DISTANCE = 60  # characters between a figure and its cue
ADJOINING = 3  # characters between a figure and a cue that follows it directly
CONTEXT_LENGTH = 30  # characters quoted around a figure that was not understood
MIN_TOTAL_HOURS = 20  # fewer hours without a cue are not those of a whole course
BOUNDARY = re.compile(r"[.!?]+(?=\s+[^\s\W\d_a-zà-ÿ]|\s*$|\s+[¿¡«“\d])|[;•\n]+")


class Fact(StrEnum):
    """A fact that a text can state of an edition."""

    FIRST_DAY = "first-day"
    LAST_DAY = "last-day"
    DEADLINE = "deadline"
    WORK_DUE = "work-due"
    WEEKDAY = "weekday"
    WORKLOAD = "workload"
    TOTAL = "total"
    WEEKS = "weeks"
    FEE = "fee"
    SEATS = "seats"
    NOTICE = "notice"
    SHARE = "share"


@dataclass(frozen=True, kw_only=True)
class StatedFact:
    """One fact that a text states, with the words that state it."""

    fact: Fact
    token: Token
    words: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Everything that a text states, and every figure in it that was not understood."""

    stated: Sequence[StatedFact]
    unread: Sequence[str]

    def of(self, fact: Fact) -> list[StatedFact]:
        return [each for each in self.stated if each.fact is fact]

    def days(self, fact: Fact) -> list[Day]:
        return [each.token.day for each in self.of(fact) if each.token.day]


def read(text: str) -> Reading:
    """Return what a text states; the cues of the three languages do not clash."""
    shown = re.sub(r"[^\S\n]+", " ", text.replace("'", "’"))
    plain = shown.lower() if len(shown.lower()) == len(shown) else shown
    tokens_found = tokens(plain)
    ends = [
        match.span()
        for match in BOUNDARY.finditer(shown)
        if not any(t.start <= match.start() < t.end for t in tokens_found)
    ]
    stated, unread = [], []
    for number, token in enumerate(tokens_found):
        mention = _Mention(text=plain, tokens=tokens_found, ends=ends, number=number)
        fact = _fact(mention)
        end = tokens_found[number + 1].end if mention.linked(+1) else token.end
        if fact is None:
            unread.append(_around(shown, token))
            continue
        quotation = shown[token.start : end]
        stated.append(StatedFact(fact=fact, token=token, words=quotation))
        if token.day and token.day.weekday is not None:
            stated.append(StatedFact(fact=Fact.WEEKDAY, token=token, words=quotation))
    return Reading(stated=stated, unread=list(dict.fromkeys(unread)))


@dataclass(frozen=True, kw_only=True)
class _Mention:
    """A figure in its text; `ends` are the ends of sentences."""

    text: str
    tokens: Sequence[Token]
    ends: Sequence[tuple[int, int]]
    number: int

    @property
    def token(self) -> Token:
        return self.tokens[self.number]

    def before(self, *, whole: bool = False) -> str:
        """Return the text before it, from its sentence's start or the last figure of its kind."""
        begin = max((end for _, end in self.ends if end <= self.token.start), default=0)
        other_ends = (t.end for t in self.tokens[: self.number] if self._cuts(t) and not whole)
        return self.text[max([begin, *other_ends]) : self.token.start]

    def after(self, *, whole: bool = False) -> str:
        """Return the text after it, up to its sentence's end or the next figure of its kind."""
        end = min((s for s, _ in self.ends if s >= self.token.end), default=len(self.text))
        other_starts = (
            t.start for t in self.tokens[self.number + 1 :] if self._cuts(t) and not whole
        )
        return self.text[self.token.end : min([end, *other_starts])]

    def _cuts(self, other: Token) -> bool:
        """Whether the text beyond another figure no longer belongs to this one."""
        return other.kind is self.token.kind

    def nearest(self, cues: dict[str, re.Pattern[str]]) -> str:
        """Return the name of the nearest cue, one before it rather than one after.

        What directly follows the last figure belongs to that: “10 hours a week, 60 hours”.
        """
        before, after = self.before(), self.after()
        min_distance = ADJOINING if len(before) < len(self.before(whole=True)) else 0
        near = [
            (len(before) - match.end(), 0, name)
            for name, cue in cues.items()
            for match in cue.finditer(before)
            if match.start() >= min_distance
        ] + [
            (match.start(), 1, name) for name, cue in cues.items() for match in cue.finditer(after)
        ]
        return min((each for each in near if each[0] <= MAX_CUE_DISTANCE), default=(0, 0, ""))[2]

    def linked(self, step: int) -> bool:
        """Whether a day is one end of a range with the next or the last day."""
        other = self.number + step
        if not 0 <= other < len(self.tokens) or self.tokens[other].kind is not Kind.DAY:
            return False
        first, last = sorted((self.token, self.tokens[other]), key=lambda token: token.start)
        return LINKED.fullmatch(self.text[first.end : last.start]) is not None


ENDS = {"first": words.FIRST, "last": words.LAST, "limit": words.LIMIT}
SUBJECTS = {
    "apply": words.APPLY, "work": words.WORK, "course": words.COURSE, "else": words.ELSEWHERE,
}  # fmt: skip


def _fact(mention: _Mention) -> Fact | None:
    reader = READERS.get(mention.token.kind)
    return reader(mention) if reader else None


def _of_weeks(mention: _Mention) -> Fact | None:
    is_length = words.NOT_LENGTH.search(mention.before()[-20:] + " | " + mention.after()[:20])
    return None if is_length else Fact.WEEKS


def _of_seats(_mention: _Mention) -> Fact | None:
    return Fact.SEATS


def _of_amount(mention: _Mention) -> Fact | None:
    other = words.NOT_FEE.search(mention.before(whole=True)[-MAX_CUE_DISTANCE:] + mention.after())
    return None if other else Fact.FEE


def _of_cancellation(mention: _Mention) -> Fact | None:
    """Return the fact of days or percent in a sentence about a cancellation or refund."""
    if not words.CANCELLATION.search(
        mention.before(whole=True) + " | " + mention.after(whole=True)
    ):
        return None
    return Fact.NOTICE if mention.token.kind is Kind.NOTICE else Fact.SHARE


def _of_day(mention: _Mention) -> Fact | None:
    subject = _subject(mention)
    if subject == "else":
        return None
    if mention.linked(+1):
        return None if subject in {"apply", "work"} else Fact.FIRST_DAY
    if mention.linked(-1):
        first = replace(mention, number=mention.number - 1)
        subject, end = _subject(first), "last"
    else:
        end = mention.nearest(ENDS)
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


def _subject(mention: _Mention) -> str:
    """Return what a day is the day of: the nearest subject before it, or else after it."""
    for side in (mention.before(), mention.after()):
        named = [
            (match.start(), name)
            for name, cue in SUBJECTS.items()
            if (match := cue.search(side)) is not None
        ]
        if named:
            kinds = {name for _, name in named}
            return "else" if "else" in kinds else min(named)[1]
    return ""


def _of_hours(mention: _Mention) -> Fact | None:
    token = mention.token
    near = mention.nearest({"week": words.WEEKLY, "all": words.IN_ALL})
    if near == "week":
        return Fact.WORKLOAD
    if token.low != token.high:
        return None
    return Fact.TOTAL if near == "all" or token.low >= MIN_TOTAL_HOURS else None


def _around(text: str, token: Token) -> str:
    """Return a figure that was not understood with some words around it."""
    begin, end = max(0, token.start - CONTEXT_LENGTH), min(len(text), token.end + CONTEXT_LENGTH)
    before, after = text[begin : token.start], text[token.end : end]
    if begin and " " in before:
        before = "…" + before[before.index(" ") + 1 :]
    if end < len(text) and " " in after:
        after = after[: after.rindex(" ")] + "…"
    return " ".join((before + text[token.start : token.end] + after).split())


READERS: Mapping[Kind, Callable[[_Mention], Fact | None]] = {
    Kind.DAY: _of_day,
    Kind.HOURS: _of_hours,
    Kind.WEEKS: _of_weeks,
    Kind.SEATS: _of_seats,
    Kind.AMOUNT: _of_amount,
    Kind.NOTICE: _of_cancellation,
    Kind.SHARE: _of_cancellation,
}
