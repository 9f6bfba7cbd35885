"""The mark of an answer: an exact fraction of one point, and which of its parts are right.

The formulas are in docs/quizzes.md. The order in which choices were shown and the language of the
page are no part of a mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from learning.content.activity_types import Question, QuestionType
from learning.kit.percentages import to_hundredth, to_percentage
from learning.quizzes.rules.answers import Answer, any_text, number_understood
from learning.quizzes.rules.text_match import is_accepted

NONE, FULL = Fraction(0), Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The mark of one answer.

    `parts` say for each option, stem, item or gap whether it is as it should be; a typed answer
    has one part.
    """

    fraction: Fraction
    parts: tuple[bool, ...]


def mark(question: Question, answer: Answer | None) -> Mark:
    """Return the mark of an answer; None is a question that was left out."""
    own = answer or Answer()
    match question.type:
        case QuestionType.SINGLE | QuestionType.TRUE_FALSE:
            return _choice_mark(question, own)
        case QuestionType.MULTIPLE:
            return _options_mark(question, own)
        case QuestionType.MATCHING | QuestionType.CLOZE:
            return _pairs_mark(question, own)
        case QuestionType.ORDERING:
            return _order_mark(question, own)
        case QuestionType.NUMERIC:
            return _typed_mark(right=_is_within_tolerance(question, own))
        case _:
            return _typed_mark(right=is_accepted(question, own.text, own.language))


def option_count(question: Question) -> int:
    """Return how many options a question with options has; true and false are two."""
    if question.type is QuestionType.TRUE_FALSE:
        return 2
    return len(any_text(question).options)


def points(fractions: Sequence[Fraction]) -> Decimal:
    """Return the points of an attempt, one for each question, to the hundredth."""
    return to_hundredth(sum(fractions, NONE))


def percent(fractions: Sequence[Fraction], pass_percent: int) -> Decimal:
    """Return the mark of an attempt in percent, to the hundredth; one point for each question."""
    exact = 100 * sum(fractions, NONE) / len(fractions) if fractions else NONE
    return to_percentage(exact, pass_percent)


def pairs_in_order(order: Sequence[int], items: int) -> tuple[int, int]:
    """Return how many pairs of items stand in the right order, and how many pairs there are."""
    place = {item: number for number, item in enumerate(order) if item}
    pairs = list(combinations(range(1, items + 1), 2))
    right = sum(
        first in place and second in place and place[first] < place[second]
        for first, second in pairs
    )
    return right, len(pairs)


def _choice_mark(question: Question, answer: Answer) -> Mark:
    right, chosen = set(question.right), set(answer.numbers)
    return Mark(
        fraction=FULL if chosen == right else NONE,
        parts=_options_as_they_should_be(question, answer),
    )


def _options_mark(question: Question, answer: Answer) -> Mark:
    """Return the share of right options, less the share of wrong ones; 0 at least."""
    right, chosen = set(question.right), set(answer.numbers)
    wrong = option_count(question) - len(right)
    lost = Fraction(len(chosen - right), wrong) if wrong else NONE
    return Mark(
        fraction=max(NONE, Fraction(len(chosen & right), len(right)) - lost),
        parts=_options_as_they_should_be(question, answer),
    )


def _options_as_they_should_be(question: Question, answer: Answer) -> tuple[bool, ...]:
    numbers = range(1, option_count(question) + 1)
    return tuple((n in answer.numbers) == (n in question.right) for n in numbers)


def _pairs_mark(question: Question, answer: Answer) -> Mark:
    parts = _same_places(question.right, answer.numbers)
    return Mark(fraction=Fraction(sum(parts), len(parts)), parts=parts)


def _order_mark(question: Question, answer: Answer) -> Mark:
    """Return twice the share of pairs in the right order, less 1; 0 at least (Kendall’s tau)."""
    items = len(any_text(question).items)
    right, pairs = pairs_in_order(answer.numbers, items)
    return Mark(
        fraction=max(NONE, Fraction(2 * right, pairs) - 1),
        parts=_same_places(range(1, items + 1), answer.numbers),
    )


def _same_places(right: Sequence[int], own: Sequence[int]) -> tuple[bool, ...]:
    """Compare place by place; a place without an answer is wrong."""
    return tuple(list(own[n : n + 1]) == [number] for n, number in enumerate(right))


def _typed_mark(*, right: bool) -> Mark:
    return Mark(fraction=FULL if right else NONE, parts=(right,))


def _is_within_tolerance(question: Question, answer: Answer) -> bool:
    number = number_understood(question, answer)
    if number is None:
        return False
    return abs(number - Decimal(question.number)) <= Decimal(question.tolerance)
