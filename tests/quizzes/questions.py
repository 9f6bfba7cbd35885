"""Questions to try the rules on: one of each type, in three languages, with words that differ."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from learning.content.activity_types import (
    Blueprint,
    Difficulty,
    Question,
    QuestionText,
    QuestionType,
    QuizRules,
)

LANGUAGES = ("fr", "en", "es")
BLUEPRINT = Blueprint(easy=4, medium=5, hard=3)
RULES = QuizRules(
    pass_percent=70,
    attempts=3,
    questions=12,
    time_limit_minutes=45,
    wait_hours=24,
    grace_minutes=5,
    blueprint=BLUEPRINT,
)


def question(
    kind: QuestionType,
    right: Sequence[int] = (),
    *,
    key: str = "q01",
    texts: Mapping[str, QuestionText] | None = None,
    number: str = "",
    tolerance: str = "0",
    **lists: object,
) -> Question:
    """Return a question; `lists` are the same in every language unless there are `texts`."""
    text = QuestionText(prompt="Why?", explain="Because.", feedback=("Yes.", "No."), **lists)  # type: ignore[arg-type]
    return Question(
        key=key,
        type=kind,
        lesson="l1",
        objective=1,
        difficulty=Difficulty.EASY,
        right=right,
        texts=texts or dict.fromkeys(LANGUAGES, text),
        number=number,
        tolerance=tolerance,
    )


def text_question(*, feedback: Sequence[str] = (), **accepted: Sequence[str]) -> Question:
    """Return a question with accepted answers by language."""
    own = {
        language: QuestionText(
            prompt="?", explain="", feedback=feedback, accepted=accepted.get(language, ())
        )
        for language in LANGUAGES
    }
    return question(QuestionType.TEXT, texts=own)


def numeric(number: str, tolerance: str = "0", unit: str = "") -> Question:
    return question(QuestionType.NUMERIC, number=number, tolerance=tolerance, unit=unit)


OPTIONS = ("one", "two", "three", "four")
SINGLE = question(QuestionType.SINGLE, [2], options=OPTIONS)
MULTIPLE = question(QuestionType.MULTIPLE, [1, 3], options=OPTIONS)
TRUE_FALSE = question(QuestionType.TRUE_FALSE, [2])
MATCHING = question(
    QuestionType.MATCHING, [2, 1, 4], stems=("a", "b", "c"), choices=("1", "2", "3", "4")
)
ORDERING = question(QuestionType.ORDERING, items=OPTIONS)
NUMERIC = numeric("1250.5", "0.5", "km")
TEXT = text_question(fr=["réintégration"], en=["reintegration"], es=["reintegración"])
CLOZE = question(QuestionType.CLOZE, [2, 1], text="{1} {2}", gaps=(("a", "b"), ("c", "d", "e")))
EVERY_TYPE = (SINGLE, MULTIPLE, TRUE_FALSE, MATCHING, ORDERING, NUMERIC, TEXT, CLOZE)


def bank(counts: Mapping[Difficulty, Sequence[int]]) -> list[Question]:
    """Return a bank with so many questions of each difficulty, by objective."""
    return [
        replace(
            SINGLE, key=f"{difficulty}{objective}-{n}", difficulty=difficulty, objective=objective
        )
        for difficulty, numbers in counts.items()
        for objective, number in enumerate(numbers, 1)
        for n in range(number)
    ]
