"""The numbers of the assessment that a text states, each with its line.

Only a number beside a cue of `number_cues` is read: other numbers raise no false alarm.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from learning.content.number_cues import STATED, SUBJECTS, Stated
from learning.content.number_words import NUMBER_WORDS

BREAK = re.compile(r"(?<=[.!?…])\s+|\n+(?=\s*(?:\n|[-*|#{:>]|\d+[.)]))")
OF_THE_COURSE = {
    "fr": re.compile(r"\b(?:certificat|ce cours|du cours)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:certificate|this course|the course)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:certificado|este curso|del curso)\b", re.IGNORECASE),
}
"""What a sentence of a lesson names if it speaks of the course and not of the field."""
AFTER_NUMBER_PENALTY, OWN_SUBJECT_PENALTY = 10_000, 20_000
"""A subject before its number is nearer than one after it, and both than the document's own."""


@dataclass(frozen=True, kw_only=True)
class StatedNumber:
    """One number read in prose; `fact` is where course.toml has it, lines count from 1."""

    fact: str
    value: int
    line: int


def read_numbers(text: str, language: str, home: str, *, lesson: bool) -> list[StatedNumber]:
    """Return the numbers that a text states of the course's assessment, in order.

    `home` is the subject of the whole text (“peer”), or "". In a lesson only sentences that
    name the course or its certificate are read.
    """
    numbers: list[StatedNumber] = []
    for line, sentence in _sentences(text):
        if not lesson or OF_THE_COURSE[language].search(sentence):
            numbers += [
                StatedNumber(fact=fact, value=value, line=line + sentence.count("\n", 0, position))
                for position, (fact, value) in sorted(_read(sentence, language, home).items())
            ]
    return numbers


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence, list item and table row with its line; emphasis is left out."""
    start = 0
    for end, following in [*(match.span() for match in BREAK.finditer(text)), (len(text),) * 2]:
        if sentence := text[start:end]:
            yield text.count("\n", 0, start) + 1, sentence.replace("**", "")
        start = following


def _read(sentence: str, language: str, home: str) -> Mapping[int, tuple[str, int]]:
    """Return facts and values by position of the number; the nearest subject counts."""
    readings: dict[int, tuple[int, str, int]] = {}
    subjects = _subject_positions(sentence, language)
    for stated, cue in _cues(language):
        if not subjects[stated.subject] and home != stated.subject:
            continue
        for position, value in _numbers(sentence, cue, language):
            distance = _distance(stated, position, subjects, home)
            if distance is not None and (
                position not in readings or distance < readings[position][0]
            ):
                readings[position] = distance, stated.fact, value
    return {position: (fact, value) for position, (_, fact, value) in readings.items()}


def _numbers(sentence: str, cue: re.Pattern[str], language: str) -> Iterator[tuple[int, int]]:
    """Yield positions and values of the numbers of a cue; both must be numbers."""
    for match in cue.finditer(sentence):
        values = {name: _value(text, language) for name, text in match.groupdict().items()}
        if (value := values["number"]) is not None and None not in values.values():
            yield match.start("number"), value


def _distance(
    stated: Stated, position: int, subjects: Mapping[str, Sequence[int]], home: str
) -> int | None:
    """Return how far a number is from its fact's subject; None if that is not meant."""
    if stated.at_home and home != stated.subject:
        return None
    own = subjects[stated.subject]
    near = [
        position - each if each < position else AFTER_NUMBER_PENALTY + each - position
        for each in own
    ]
    if home == stated.subject:
        near.append(OWN_SUBJECT_PENALTY)
    return min(near, default=None)


def _subject_positions(sentence: str, language: str) -> Mapping[str, Sequence[int]]:
    return {
        subject: [match.start() for match in pattern.finditer(sentence)]
        for subject, pattern in _subjects(language).items()
    }


@cache
def _subjects(language: str) -> Mapping[str, re.Pattern[str]]:
    return {
        subject: re.compile(rf"\b(?:{words[language]})\b", re.IGNORECASE)
        for subject, words in SUBJECTS.items()
    }


@cache
def _cues(language: str) -> Sequence[tuple[Stated, re.Pattern[str]]]:
    return [(each, _pattern(cue)) for each in STATED for cue in each.cues[language]]


def _pattern(cue: str) -> re.Pattern[str]:
    number = r"(?<![\w-])(?<!\d[\s.,])(?P<{}>\d{{1,3}}|[^\W\d][\w-]*(?:\s(?:et|y)\s[a-z]+)?)"
    number += r"(?![\w-])(?![.,]\d)"
    words = cue.replace(" ", r"\s+")
    pattern = words.replace("#", number.format("number")).replace("@", number.format("other"))
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def _value(text: str, language: str) -> int | None:
    if text.isdecimal():
        return int(text)
    return NUMBER_WORDS[language].get(" ".join(text.lower().split()))
