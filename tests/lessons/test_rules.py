"""Decisions about studying."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from learning.lessons import rules
from learning.lessons.marks import LessonMarks, stored_numbers
from learning.lessons.rules import LessonStep

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


def steps(text: str) -> list[LessonStep]:
    """Make steps from letters: o open, d done, c closed."""
    return [
        LessonStep(lesson=str(number), open=letter in "od", done=letter == "d")
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
    assert rules.next_lesson(steps(path), last) == expected


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


def test_the_rest_of_a_lesson_takes_a_minute_at_least() -> None:
    assert rules.minutes_left(3, ["a", "b", "c", "d"], "d") == 1
    assert rules.minutes_left(1, ["a", "b", "c", "d"], "d") == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        (["1"], [1]),
        (["2", "0", "2"], [0, 2]),
        (["0", "1", "2"], [0, 1, 2]),
        (["3"], None),
        (["x"], None),
        (["-1"], None),
        (["٢"], None),
        (["01"], None),
    ],
)
def test_answers_are_numbers_of_answers(values, expected) -> None:
    assert rules.chosen_numbers(values, 3) == expected


def test_many_answers_are_numbered_in_order() -> None:
    assert rules.chosen_numbers(["8", "1"], 9) == [1, 8]


def test_the_laboratory_takes_whole_numbers_from_0_to_4_only() -> None:
    data = {"care": "3", "work": "5", "house": "x", "other": "1"}
    assert rules.lab_answers(["care", "work", "house", "kin"], data) == {"care": 3}


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


@pytest.mark.parametrize(
    ("levels", "band"),
    [
        ([2, 2, 2, 1, 0], "low"),  # 7 of 20
        ([2, 2, 2, 2, 0], "middle"),  # 8 of 20: 0.4
        ([4, 4, 4, 1, 0], "middle"),  # 13 of 20
        ([4, 4, 4, 2, 0], "high"),  # 14 of 20: 0.7
    ],
)
def test_a_band_begins_with_its_own_figure(levels: list[int], band: str) -> None:
    answers = {str(number): level for number, level in enumerate(levels)}
    scores = rules.lab_scores(answers, dict.fromkeys(answers, "economic"))
    assert scores.bands == {"economic": band}


@pytest.mark.parametrize(
    ("chosen", "attempts", "expected"),
    [
        (None, 0, set()),
        ([0], 1, {0}),
        ([1], 1, {0, 1, 2}),
        ([0], 2, {0, 1, 2}),
        ([1], 2, {0, 1, 2}),
        ([0, 1], 1, {0, 1}),
    ],
)
def test_a_first_wrong_answer_shows_its_own_reasons_only(chosen, attempts: int, expected) -> None:
    assert rules.shown_reasons(chosen, [1], attempts=attempts, options=3) == expected


def test_the_order_of_options_depends_on_the_seed_alone() -> None:
    orders = {rules.option_order(f"{person} m4-l1 check-1", 3) for person in range(100)}
    assert len(orders) == 6
    assert all(sorted(order) == [0, 1, 2] for order in orders)
    assert rules.option_order("7 m4-l1 check-1", 3) == rules.option_order("7 m4-l1 check-1", 3)


@pytest.mark.parametrize(
    ("position", "done", "expected"),
    [(None, False, 0), ("a", False, 0), ("c", False, 66), ("gone", False, 0), ("a", True, 100)],
)
def test_the_share_of_a_lesson_that_is_read(position, done: bool, expected: int) -> None:
    assert rules.percent_read(["a", "b", "c"], position, done=done) == expected


def test_a_check_whose_answer_was_not_stored_is_the_one_that_came_late_or_empty() -> None:
    marks = LessonMarks(answers={}, notes={}, unanswered="check-1")
    assert marks.rejected == "check-1"
    assert replace(marks, unanswered=None, late=("check-2", [0])).rejected == "check-2"


@pytest.mark.parametrize(
    ("behind", "week", "pace"),
    [
        (0, 5, "on-time"), (0, 0, "on-time"), (1, 5, "late"), (4, 5, "late"), (5, 5, "behind"),
        (9, 5, "behind"), (1, 0, "behind"),
    ],
)  # fmt: skip
def test_who_lacks_a_week_of_lessons_is_behind(behind: int, week: int, pace: str) -> None:
    assert rules.pace(behind, week) == pace


def test_chosen_answers_are_stored_as_numbers_in_their_order() -> None:
    assert stored_numbers([3, 1]) == "3 1"
    assert stored_numbers([]) == ""
