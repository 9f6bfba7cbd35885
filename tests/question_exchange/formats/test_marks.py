"""Moodle marks an exported question as this platform does, whatever somebody ticks."""

from decimal import Decimal
from itertools import combinations

import pytest

from learning.content.activity_types import QuestionType
from learning.question_exchange.moodle_terms import shares_of
from learning.quizzes.rules.answers import Answer
from learning.quizzes.rules.marking import mark
from tests.question_exchange.formats.builders import question

ROUNDING = Decimal("0.0001")


@pytest.mark.parametrize(
    ("number", "right"),
    [(4, [1, 2]), (4, [1, 2, 3]), (5, [2, 4]), (5, [1, 2, 5]), (6, [1, 6]), (6, [1, 3, 5])],
)
def test_shares_add_up_to_the_mark_of_a_bank(number: int, right: list[int]) -> None:
    options = [f"option {each}" for each in range(1, number + 1)]
    several = question(QuestionType.MULTIPLE, right, options=options, feedback=options)
    share, penalty = map(Decimal, shares_of(several, several.texts["en"]))
    for size in range(1, number + 1):
        for ticked in combinations(range(1, number + 1), size):
            there = sum(share if each in right else penalty for each in ticked) / 100
            here = mark(several, Answer(numbers=ticked)).fraction
            assert abs(max(there, Decimal(0)) - Decimal(float(here))) < ROUNDING, ticked
