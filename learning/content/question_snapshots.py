"""A question of a bank in all its languages, as it was drawn, to be stored as a snapshot."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from learning.content.activity_types import Difficulty, Question, QuestionText, QuestionType
from learning.content.snapshots import Json, SnapshotContent


def question_content(course: str, module: str, question: Question) -> SnapshotContent:
    """Return a question of a module's bank, with the right answers and every language."""
    value = cast("Json", _lists(asdict(question)))
    return SnapshotContent(kind="question", key=f"{course}/{module}/{question.key}", value=value)


def question_of(value: Json) -> Question:
    """Return the question of a snapshot."""
    stored = cast("Mapping[str, Any]", _tuples(value))
    texts = {language: QuestionText(**text) for language, text in stored["texts"].items()}
    return Question(
        **dict(stored)
        | {
            "type": QuestionType(stored["type"]),
            "difficulty": Difficulty(stored["difficulty"]),
            "texts": texts,
        }
    )


def _lists(value: object) -> object:
    """Return a value with lists for tuples, and texts for members of enumerations."""
    if isinstance(value, Mapping):
        return {str(key): _lists(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_lists(each) for each in value]
    return str(value) if isinstance(value, str) else value


def _tuples(value: object) -> object:
    """Return a value with tuples for lists, so that equal questions are equal."""
    if isinstance(value, Mapping):
        return {key: _tuples(each) for key, each in value.items()}
    return tuple(_tuples(each) for each in value) if isinstance(value, list | tuple) else value
