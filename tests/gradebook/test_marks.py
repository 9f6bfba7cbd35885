"""Marks: to the hundredth, never up across a pass mark, of what is published only."""

from decimal import Decimal

import pytest

from learning.gradebook.rules.marks import (
    CourseMark,
    WeightedMark,
    course_mark,
    mean,
    passes,
    percentage,
)

dec = Decimal


@pytest.mark.parametrize(
    ("points", "of", "shown"),
    [("8.4", "12", "70.00"), ("8.39", "12", "69.92"), ("0", "12", "0.00"), ("12", "12", "100.00")],
)
def test_points_are_shown_as_a_percentage(points, of, shown) -> None:
    assert str(percentage(dec(points), dec(of), dec(70))) == shown


def test_a_percentage_stays_below_the_pass_mark_too() -> None:
    assert str(percentage(dec("699.96"), dec(1000), dec(70))) == "69.99"
    assert str(percentage(dec("699.96"), dec(1000))) == "70.00"
    assert str(percentage(dec(70) - dec("1e-26"), dec(100), dec(70))) == "69.99"


@pytest.mark.parametrize(("mark", "verdict"), [("70.00", True), ("69.99", False), ("71", True)])
def test_the_published_mark_decides(mark, verdict) -> None:
    assert passes(dec(mark), dec(70)) is verdict


def test_the_mean_is_that_of_published_marks() -> None:
    assert mean([dec("83.00"), dec("75.00"), dec("58.00"), dec("68.40")], dec(70)) == dec("71.10")
    assert mean([dec("69.99"), dec("70.00")], dec(70)) == dec("69.99")  # 69.995
    assert mean([]) is None


QUIZZES, PEER, GROUP = (
    WeightedMark(weight=30, mark=dec("71.10")),
    WeightedMark(weight=20, mark=dec("60.00")),
    WeightedMark(weight=10, mark=dec("100.00")),
)
PROJECT = WeightedMark(weight=40, mark=dec("80.00"))


@pytest.mark.parametrize(
    ("marks", "value", "counted", "of", "exempt", "final"),
    [
        ([QUIZZES, PEER, GROUP, PROJECT], "75.33", 100, 100, 0, True),
        ([QUIZZES, PEER, GROUP, WeightedMark(weight=40, mark=None)], "72.22", 60, 100, 0, False),
        ([QUIZZES, WeightedMark(weight=20, mark=None, exempt=True), GROUP, PROJECT], "79.16", 80,
         80, 20, True),
        ([QUIZZES, WeightedMark(weight=20, mark=dec(10), exempt=True), GROUP, PROJECT], "79.16", 80,
         80, 20, True),
        ([WeightedMark(weight=30, mark=None)], None, 0, 30, 0, False),
        ([WeightedMark(weight=30, mark=None, exempt=True)], None, 0, 0, 30, False),
        ([], None, 0, 0, 0, False),
        ([WeightedMark(weight=1, mark=dec(1)), WeightedMark(weight=2, mark=dec("2.01"))], "1.67", 3,
         3, 0, True),
    ],
)  # fmt: skip
def test_the_course_mark_is_a_weighted_mean_of_what_is_published(
    marks, value, counted, of, exempt, final
) -> None:
    mark = course_mark(marks)
    exact = dec(value) if value else None
    assert mark == CourseMark(value=exact, counted=counted, of=of, exempt=exempt)
    assert mark.is_final is final


@pytest.mark.parametrize(
    ("of", "exempt", "rescaled"),
    [
        (100, 0, False),
        (80, 20, True),
        (0, 100, False),
        (99, 1, True),
        (1, 99, True),
        (90, 0, False),
    ],
)
def test_weights_are_rescaled_once_something_is_exempt_but_not_all(of, exempt, rescaled) -> None:
    mark = CourseMark(value=None, counted=0, of=of, exempt=exempt)
    assert mark.is_rescaled is rescaled
