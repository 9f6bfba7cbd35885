"""Decisions about studying."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from learning.lessons import rules
from learning.lessons.rules import Step

START = date(2026, 9, 28)


@pytest.mark.parametrize(
    ("week", "exception", "expected"),
    [
        (1, None, 0),
        (4, None, 21),
        (4, START + timedelta(days=10), 10),
        (4, START + timedelta(days=30), 21),
    ],
)
def test_a_module_opens_with_its_week_or_earlier(week, exception, expected) -> None:
    assert rules.opens_on(START, week, exception) == START + timedelta(days=expected)


def steps(text: str) -> list[Step]:
    """Make steps from letters: o open, d done, c closed."""
    return [
        Step(lesson=str(number), open=letter in "od", done=letter == "d")
        for number, letter in enumerate(text)
    ]


@pytest.mark.parametrize(
    ("path", "last", "expected"),
    [
        ("ooo", None, "0"),
        ("doo", None, "1"),
        ("ooo", "1", "1"),
        ("odo", "1", "2"),
        ("odd", "1", "0"),
        ("ddd", "1", None),
        ("dcc", "0", None),
        ("ooo", "9", "0"),
        ("", None, None),
    ],
)
def test_the_next_step(path: str, last: str | None, expected: str | None) -> None:
    assert rules.next_step(steps(path), last) == expected


@pytest.mark.parametrize(
    ("chosen", "right", "expected"),
    [
        ([1], [1], True),
        ([0], [1], False),
        ([0, 2], [2, 0], True),
        ([0], [0, 2], False),
        ([0, 1, 2], [0, 2], False),
    ],
)
def test_an_answer_is_right_whole_or_not(chosen, right, expected) -> None:
    assert rules.is_right(chosen, right) is expected


@pytest.mark.parametrize(
    ("place", "expected"), [(None, 20), ("a", 20), ("c", 10), ("d", 5), ("gone", 20)]
)
def test_how_much_is_left(place: str | None, expected: int) -> None:
    assert rules.minutes_left(20, ["a", "b", "c", "d"], place) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        (["1"], [1]),
        (["2", "0", "2"], [0, 2]),
        (["3"], None),
        (["x"], None),
        (["-1"], None),
        (["٢"], None),
        (["01"], None),
    ],
)
def test_answers_are_numbers_of_answers(values, expected) -> None:
    assert rules.chosen_numbers(values, 3) == expected


def test_the_laboratory_takes_whole_numbers_from_0_to_4_only() -> None:
    given = {"care": "3", "work": "5", "house": "x", "other": "1"}
    assert rules.lab_answers(["care", "work", "house", "kin"], given) == {"care": 3}


def test_the_laboratory_adds_up_by_dimension_and_says_which_are_low_or_high() -> None:
    dimensions = {"job": "economic", "debt": "economic", "kin": "social", "sleep": "mind"}
    scores = rules.lab_scores({"job": 1, "debt": 2, "kin": 4, "sleep": 2}, dimensions)
    assert scores.by_dimension == {
        "economic": Fraction(3, 8),
        "social": Fraction(1),
        "mind": Fraction(1, 2),
    }
    assert scores.total == Fraction(5, 8)
    assert scores.bands == {"economic": "low", "social": "high", "mind": "middle"}
