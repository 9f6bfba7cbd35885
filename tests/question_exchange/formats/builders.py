"""Questions of a bank for tests, and files of which they are made."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from learning.content.activity_types import Difficulty, Question, QuestionText, QuestionType
from learning.content.course import ALL
from learning.content.question_bank import read_bank
from learning.content.toml_positions import entry_lines
from learning.content.toml_reader import TomlFile, TomlTable
from learning.question_exchange.converter import Conversion, convert

SAMPLES = Path(__file__).parent / "samples"


def question(kind: QuestionType, right: Sequence[int] = (), **text: Any) -> Question:
    """Return a question with the same text in each language."""
    own = {name: text.pop(name) for name in ("number", "tolerance") if name in text}
    whole = QuestionText(**{"prompt": "Which?", "explain": "Because.", "feedback": ()} | text)
    return Question(
        key="q01",
        type=kind,
        lesson="l1",
        objective=1,
        difficulty=Difficulty.EASY,
        right=tuple(right),
        texts=dict.fromkeys(ALL, whole),
        **own,
    )


def read_text(
    text: str, lessons: Collection[str] = ("l1",), objectives: int = 1
) -> tuple[list[Question], list[str]]:
    """Return the questions of a bank's text as `course check` reads them, with its issues."""
    issues: list[Any] = []
    lines = text.split("\n")
    table = TomlTable(TomlFile("bank", lines, entry_lines(text), issues), (), tomllib.loads(text))
    questions = read_bank(table, lessons, objectives)
    return questions, [str(issue) for issue in issues]


def in_english(text: str) -> Conversion:
    return convert({"en": text})


def notes_of(made: Conversion) -> Mapping[str, list[tuple[int, str, str]]]:
    """Return line, question and detail of each note, by the value of its kind."""
    notes: dict[str, list[tuple[int, str, str]]] = {}
    for note in made.notes:
        notes.setdefault(str(note.kind), []).append((note.line, note.question, note.detail))
    return notes


def kinds(text: str) -> set[str]:
    """Return the notes on a file of one question besides those on what every file lacks."""
    usual = {"no-language", "no-place", "no-feedback", "no-explanation", "key"}
    return notes_of(in_english(text)).keys() - usual


def xml(kind: str, inner: str) -> str:
    """Return Moodle XML of one question."""
    name = "<name><text>q1</text></name>"
    prompt = "<questiontext format='html'><text>Which?</text></questiontext>"
    return f"<quiz><question type='{kind}'>{name}{prompt}{inner}</question></quiz>"
