"""What both formats need to say of a question of a bank: its tags, the shares of the mark."""

from decimal import Decimal

from learning.content.activity_types import Question, QuestionText, QuestionType
from learning.question_exchange.questions import DIFFICULTY, LESSON, OBJECTIVE, RIGHT, UNIT

HUNDRED, PLACES = Decimal(100), Decimal("0.00001")


def tags_of(question: Question, text: QuestionText) -> list[str]:
    """Return what neither format has a place for; an import reads it back."""
    tags = [
        f"{LESSON}:{question.lesson}",
        f"{OBJECTIVE}:{question.objective}",
        f"{DIFFICULTY}:{question.difficulty}",
    ]
    if question.type is QuestionType.MATCHING:
        tags.append(f"{RIGHT}:{'-'.join(map(str, question.right))}")
    if text.unit:
        tags.append(f"{UNIT}:{text.unit}")
    return tags


def shares_of(question: Question, text: QuestionText) -> tuple[str, str]:
    """Return the shares in percent of a right option and of a wrong one, as Moodle writes them.

    Of several right options, so that the sum is the mark of a bank: hits/m less wrong/d.
    """
    if question.type is not QuestionType.MULTIPLE:
        return "100", "0"
    right = len(question.right)
    return _share(right), f"-{_share(len(text.options) - right)}"


def _share(parts: int) -> str:
    written = f"{(HUNDRED / parts).quantize(PLACES):f}"
    return written.rstrip("0").rstrip(".")
