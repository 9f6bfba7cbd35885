"""What a course has beside its texts: questions, rubrics, a laboratory, a list of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class QuestionType(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"
    MATCHING = "matching"
    ORDERING = "ordering"
    NUMERIC = "numeric"
    TEXT = "text"
    CLOZE = "cloze"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, kw_only=True)
class QuestionText:
    """A question in one language; which lists are filled depends on its type.

    They are `options` (single, multiple), `stems` and `choices` (matching), `items` in the right
    order (ordering), `accepted` (text), `gaps` of `text` (cloze). `feedback` has one entry for each
    of them, or two: when right, when wrong.
    """

    prompt: str
    explain: str
    feedback: Sequence[str]
    options: Sequence[str] = ()
    stems: Sequence[str] = ()
    choices: Sequence[str] = ()
    items: Sequence[str] = ()
    accepted: Sequence[str] = ()
    text: str = ""
    gaps: Sequence[Sequence[str]] = ()
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a bank: one key for all languages.

    `right` are numbers from 1 (options, choices by stem, choices by gap); `number` and
    `tolerance` belong to numeric questions. `objective` counts from 1 among the module's.
    """

    key: str
    type: QuestionType
    lesson: str
    objective: int
    difficulty: Difficulty
    right: Sequence[int]
    texts: Mapping[str, QuestionText]
    number: str = ""
    tolerance: str = "0"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One line of a rubric; `levels` are the sentences for 0, 1, 2, 3, 4 by language."""

    key: str
    weight: int
    title: Mapping[str, str]
    question: Mapping[str, str]
    levels: Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Example:
    """A marked example for calibration: levels by criterion, reasons by language and criterion."""

    marks: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement of the laboratory, answered from 0 to 4."""

    key: str
    dimension: str
    text: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Lab:
    """The indicator laboratory: a made-up situation, scored by the reader.

    `advice` is by dimension, language and level (low, middle, high).
    """

    situation: Mapping[str, str]
    scale: Mapping[str, Sequence[str]]
    statements: Sequence[Statement]
    advice: Mapping[str, Mapping[str, Mapping[str, str]]]
    warning: Mapping[str, str]
    formula: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The people of the group exercise: coded rows, and the words of the codes by language."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    words: Mapping[str, Mapping[str, Any]]
