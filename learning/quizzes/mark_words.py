"""How the credit of a question came about, in words."""

from decimal import Decimal

from learning.content.activity_types import Question, QuestionType
from learning.kit.i18n import I18n
from learning.quizzes.rules.answers import Answer, any_text
from learning.quizzes.rules.marking import Mark, pairs_in_order

LABEL_WORDS = 5  # of the text before a gap


def left_open(i18n: I18n) -> str:
    return i18n.gettext("left open")


def gap_after(before: str) -> str:
    """Return the last words before a gap: “… which the state has …”."""
    words = before.split()[-LABEL_WORDS:]
    return f"… {' '.join(words)} …" if words else "…"


def number(i18n: I18n, value: str, unit: str) -> str:
    """Return a number as the reader's language writes it, with its unit."""
    shown = i18n.number(Decimal(value))  # type: ignore[arg-type]
    return f"{shown}\u00a0{unit}" if unit else shown


def typed_number(i18n: I18n, typed: str, understood: str, unit: str) -> str:
    """Return what was typed, and how it was read if that looks different."""
    read = number(i18n, understood, "")
    if typed == read:
        return number(i18n, understood, unit)
    return i18n.gettext("%(typed)s, read as %(number)s") % {"typed": typed, "number": read}


def credit(i18n: I18n, question: Question, answer: Answer | None, mark: Mark, points: str) -> str:
    """Return how partial credit came about, "" where there is nothing to explain."""
    own = answer or Answer()
    match question.type:
        case QuestionType.MULTIPLE if own.numbers:
            return _options(i18n, question, own, points)
        case QuestionType.MATCHING | QuestionType.CLOZE if any(own.numbers):
            return _pairs(i18n, question, mark)
        case QuestionType.ORDERING if any(own.numbers):
            return _order(i18n, question, own, points)
        case _:
            return ""


def _options(i18n: I18n, question: Question, answer: Answer, points: str) -> str:
    right, wrong = len(question.right), len(any_text(question).options) - len(question.right)
    hits = sum(number in question.right for number in answer.numbers)
    named = {
        "hits": i18n.number(hits),
        "right": i18n.number(right),
        "misses": i18n.number(len(answer.numbers) - hits),
        "wrong": i18n.number(wrong),
        "points": points,
    }
    return (
        i18n.gettext(
            "Chosen: %(hits)s of %(right)s right options and %(misses)s of %(wrong)s wrong ones. "
            "%(hits)s/%(right)s minus %(misses)s/%(wrong)s, at least 0, makes %(points)s point."
        )
        % named
    )


def _pairs(i18n: I18n, question: Question, mark: Mark) -> str:
    named = {"right": i18n.number(sum(mark.parts)), "total": i18n.number(len(mark.parts))}
    if question.type is QuestionType.CLOZE:
        return i18n.gettext("Right gaps: %(right)s of %(total)s.") % named
    return i18n.gettext("Right pairs: %(right)s of %(total)s.") % named


def _order(i18n: I18n, question: Question, answer: Answer, points: str) -> str:
    right, pairs = pairs_in_order(answer.numbers, len(any_text(question).items))
    named = {"right": i18n.number(right), "pairs": i18n.number(pairs), "points": points}
    return (
        i18n.gettext(
            "Of %(pairs)s pairs of items, %(right)s stand in the right order. "
            "Twice %(right)s/%(pairs)s minus 1, at least 0, makes %(points)s point."
        )
        % named
    )
