"""Tables of answers and marks for each type; what no mark depends on."""

from decimal import Decimal
from fractions import Fraction

import pytest

from learning.content.activity_types import Question
from learning.quizzes.rules.answers import Answer, number_understood
from learning.quizzes.rules.marking import mark, percent, points
from tests.quizzes.questions import (
    CLOZE,
    EVERY_TYPE,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SINGLE,
    TRUE_FALSE,
    numeric,
    question,
)

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def parts(shown: str) -> tuple[bool, ...]:
    return tuple(sign == "x" for sign in shown)


@pytest.mark.parametrize(
    ("drawn", "numbers", "fraction", "right"),
    [
        (SINGLE, (2,), 1, "xxxx"),
        (SINGLE, (1,), 0, "..xx"),
        (SINGLE, (), 0, "x.xx"),
        (TRUE_FALSE, (2,), 1, "xx"),
        (TRUE_FALSE, (1,), 0, ".."),
        (TRUE_FALSE, (), 0, "x."),
        # several answers, options 1 and 3 of four are right: hits / 2 - wrong / 2
        (MULTIPLE, (1, 3), 1, "xxxx"),
        (MULTIPLE, (1,), HALF, "xx.x"),
        (MULTIPLE, (1, 2, 3), HALF, "x.xx"),
        (MULTIPLE, (1, 2), 0, "x..x"),
        (MULTIPLE, (2, 4), 0, "...."),  # not below 0
        (MULTIPLE, (1, 2, 4), 0, "x..."),
        (MULTIPLE, (1, 2, 3, 4), 0, "x.x."),  # everything ticked
        (MULTIPLE, (), 0, ".x.x"),  # nothing ticked
        # matching: the stems go with choices 2, 1, 4
        (MATCHING, (2, 1, 4), 1, "xxx"),
        (MATCHING, (2, 1, 3), Fraction(2, 3), "xx."),
        (MATCHING, (2, 2, 2), THIRD, "x.."),
        (MATCHING, (2, 0, 0), THIRD, "x.."),
        (MATCHING, (1, 2, 3), 0, "..."),
        (MATCHING, (), 0, "..."),
        # cloze: choices 2 and 1
        (CLOZE, (2, 1), 1, "xx"),
        (CLOZE, (2, 3), HALF, "x."),
        (CLOZE, (0, 1), HALF, ".x"),
        (CLOZE, (1, 2), 0, ".."),
        # ordering, four items, six pairs: 2 * right / 6 - 1
        (ORDERING, (1, 2, 3, 4), 1, "xxxx"),
        (ORDERING, (2, 1, 3, 4), Fraction(2, 3), "..xx"),
        (ORDERING, (2, 1, 4, 3), THIRD, "...."),
        (ORDERING, (4, 1, 2, 3), 0, "...."),  # three pairs of six
        (ORDERING, (4, 3, 2, 1), 0, "...."),
        (ORDERING, (1, 2, 3, 0), 0, "xxx."),  # three pairs of six: the last is in none
        (ORDERING, (1, 2, 3, 4, 0), 1, "xxxx"),
        (ORDERING, (), 0, "...."),
    ],
)
def test_marks_by_the_formula_of_the_type(drawn, numbers, fraction, right) -> None:
    result = mark(drawn, Answer(numbers=numbers))
    assert (result.fraction, result.parts) == (fraction, parts(right))


@pytest.mark.parametrize(
    ("right", "options", "ticked", "fraction"),
    [
        ([1, 2, 3], 4, (1, 2, 3, 4), 0),  # one wrong option of one takes the point
        ([1, 2, 3], 4, (1, 2), Fraction(2, 3)),
        ([1, 2, 3], 6, (1, 2, 4), THIRD),
        ([1, 2], 5, (1, 2, 5), Fraction(2, 3)),
        ([1, 2], 2, (1,), HALF),  # no option is wrong: the share of the right ones
        ([1, 2], 2, (1, 2), 1),
    ],
)
def test_several_answers_balance_right_and_wrong(right, options, ticked, fraction) -> None:
    drawn = question(MULTIPLE.type, right, options=["?"] * options)
    assert mark(drawn, Answer(numbers=ticked)).fraction == fraction


@pytest.mark.parametrize(
    ("order", "fraction"),
    [
        ((1, 2, 3), 1),
        ((1, 3, 2), THIRD),
        ((2, 1, 3), THIRD),
        ((3, 1, 2), 0),
        ((3, 2, 1), 0),
    ],
)
def test_an_order_of_three(order: tuple[int, ...], fraction: Fraction) -> None:
    drawn = question(ORDERING.type, items=("a", "b", "c"))
    assert mark(drawn, Answer(numbers=order)).fraction == fraction


@pytest.mark.parametrize(
    ("number", "tolerance", "typed", "right"),
    [
        ("1250.5", "0.5", "1 250,5", True),
        ("1250.5", "0.5", "1251", True),  # on the edge
        ("1250.5", "0.5", "1250", True),
        ("1250.5", "0.5", "1251,01", False),
        ("1250.5", "0.5", "1249,99", False),
        ("0.75", "0.005", "0,755", True),
        ("0.3", "0.1", "0,2", True),  # 0.3 - 0.2 is more than 0.1 in floats
        ("34", "0", "34,0", True),
        ("34", "0", "34.000000001", False),
        ("-5", "0", "\u22125", True),  # a minus sign
        ("-5", "0", "5", False),
        ("34", "1", "", False),
        ("34", "1", "trente-quatre", False),
    ],
)
def test_a_number_is_right_within_the_tolerance(number, tolerance, typed, right) -> None:
    result = mark(numeric(number, tolerance), Answer(text=typed, language="fr"))
    assert (result.fraction, result.parts) == (int(right), (right,))


def test_the_number_understood_is_said() -> None:
    assert number_understood(NUMERIC, Answer(text="1.250,5 km", language="es")) == Decimal("1250.5")
    assert number_understood(NUMERIC, Answer(text="km", language="es")) is None
    assert number_understood(NUMERIC, None) is None


@pytest.mark.parametrize("drawn", EVERY_TYPE)
def test_a_question_that_was_left_out_earns_nothing(drawn: Question) -> None:
    assert mark(drawn, None) == mark(drawn, Answer())
    assert mark(drawn, None).fraction == 0


@pytest.mark.parametrize(
    ("fractions", "shown", "earned"),
    [
        ([], "0.00", "0.00"),
        ([Fraction(1)] * 12, "100.00", "12.00"),
        ([Fraction(0)] * 12, "0.00", "0.00"),
        ([THIRD] * 3, "33.33", "1.00"),
        ([Fraction(2, 3)], "66.67", "0.67"),
        ([Fraction(1, 8)], "12.50", "0.13"),  # a half goes up
        ([Fraction(7, 10)], "70.00", "0.70"),  # the pass mark itself
        ([Fraction(69996, 100000)], "69.99", "0.70"),  # would be rounded to it
        ([Fraction(69995, 100000)], "69.99", "0.70"),
        ([Fraction(69994, 100000)], "69.99", "0.70"),
        ([Fraction(70004, 100000)], "70.00", "0.70"),
        ([Fraction(69985, 100000)], "69.99", "0.70"),
        ([Fraction(69984, 100000)], "69.98", "0.70"),
    ],
)
def test_a_mark_is_rounded_once_and_never_up_to_the_pass_mark(fractions, shown, earned) -> None:
    assert (str(percent(fractions, 70)), str(points(fractions))) == (shown, earned)
