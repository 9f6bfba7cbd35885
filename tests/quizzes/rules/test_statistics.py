"""Item statistics against two worked examples, and what is said of a question.

Moodle's formulas (the calculators of its quiz statistics) gave the first, as the design of the
assessment has it. The second is section 6 of the Law School Admission Test (Bock and Lieberman,
Psychometrika 35, 1970) with the statistics that `descript(LSAT)` of the R package ltm prints
(Rizopoulos, Journal of Statistical Software 17:5, 2006): the point biserial correlation with the
total score, the item excluded. It divides the variance by n, we by n - 1: a factor of √0.999.
"""

from fractions import Fraction
from math import sqrt

import pytest

from learning.quizzes.rules.answers import Answer
from learning.quizzes.rules.statistics import (
    Evidence,
    ItemFlag,
    ItemStatistics,
    OptionCount,
    Response,
    best_third,
    by_language,
    covariance,
    flags,
    item_statistics,
    option_counts,
    part_facilities,
)
from tests.quizzes.questions import CLOZE, MATCHING, MULTIPLE, ORDERING, SINGLE, TRUE_FALSE

MOODLE = """1 1 1 .5 1 / 1 1 0 1 1 / 1 0 1 .5 1 / 0 1 1 .5 0 / 1 1 1 1 1 / 1 0 0 0 0 / 0 0 0 .5 1 /
1 1 0 0 0 / 0 0 1 0 1 / 1 1 1 1 0"""
LSAT = """00000 3 00001 6 00010 2 00011 11 00100 1 00101 1 00110 3 00111 4 01000 1 01001 8 01011 16
01101 3 01110 2 01111 15 10000 10 10001 29 10010 14 10011 81 10100 3 10101 28 10110 15 10111 80
11000 16 11001 56 11010 21 11011 173 11100 11 11101 61 11110 28 11111 298"""


def response(
    fraction: Fraction | int,
    rest: Fraction | int = 0,
    numbers: tuple[int, ...] = (),
    language: str = "fr",
) -> Response:
    answer = Answer(numbers=numbers)
    return Response(
        fraction=Fraction(fraction), rest=Fraction(rest), answer=answer, language=language
    )


def columns(rows: list[list[Fraction]]) -> list[ItemStatistics]:
    return [
        item_statistics([response(row[n], sum(row) - row[n]) for row in rows])
        for n in range(len(rows[0]))
    ]


def test_the_statistics_are_those_of_moodle() -> None:
    rows = [[Fraction(mark) for mark in row.split()] for row in MOODLE.split("/")]
    items = columns(rows)
    assert [each.facility for each in items] == [70, 60, 60, 50, 60]
    assert [round(each.discrimination or 0, 2) for each in items] == [
        17.16, 30.59, 20.16, 62.99, 1.70,
    ]  # fmt: skip
    assert [round(each.efficiency or 0, 2) for each in items] == [20.45, 34.78, 23.91, 71.43, 1.96]
    totals = [sum(row, Fraction(0)) for row in rows]
    assert round(sqrt(covariance(totals, totals)), 3) == 1.374


def test_the_statistics_are_those_published_of_the_law_school_admission_test() -> None:
    words = LSAT.split()
    patterns = zip(words[::2], map(int, words[1::2]), strict=True)
    rows = [
        [Fraction(mark) for mark in pattern] for pattern, people in patterns for _ in range(people)
    ]
    assert len(rows) == 1000
    items = columns(rows)
    assert [each.facility for each in items] == [92.4, 70.9, 55.3, 76.3, 87.0]
    published = [0.1128, 0.1531, 0.1727, 0.1444, 0.1215]
    found = [(each.discrimination or 0) / 100 * sqrt(0.999) for each in items]
    assert [round(each, 4) for each in found] == published


def test_the_deviation_is_that_of_a_sample() -> None:
    assert item_statistics([response(0), response(1)]).deviation == pytest.approx(70.71, abs=0.01)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ([], (0, None, None, None, None)),
        ([response(1, 5)], (1, 100, None, None, None)),
        ([response(1, 5), response(1, 7)], (2, 100, 0, None, None)),  # all have it right
        ([response(1, 5), response(0, 5)], (2, 50, 70.71, None, None)),  # the rest is the same
        ([response(1, 5), response(0, 6)], (2, 50, 70.71, -100, -100)),
        ([response(1, 6), response(0, 5)], (2, 50, 70.71, 100, 100)),
    ],
)
def test_what_cannot_be_computed_is_none(responses, expected) -> None:
    found = item_statistics(responses)
    values = (found.facility, found.deviation, found.discrimination, found.efficiency)
    shown = tuple(None if value is None else round(value, 2) for value in values)
    assert (found.answers, *shown) == expected


@pytest.mark.parametrize(
    ("answers", "evidence"),
    [
        (0, Evidence.TOO_FEW),
        (9, Evidence.TOO_FEW),
        (10, Evidence.UNCERTAIN),
        (29, Evidence.UNCERTAIN),
        (30, Evidence.ENOUGH),
    ],
)
def test_how_many_answers_say_how_much(answers: int, evidence: Evidence) -> None:
    assert item_statistics([response(n % 2, n) for n in range(answers)]).evidence is evidence


def test_languages_are_counted_one_by_one() -> None:
    responses = [response(1, 1, language="fr"), response(0, 2, language="en"), response(0, 3)]
    found = by_language(responses)
    assert [(key, each.answers, each.facility) for key, each in found.items()] == [
        ("en", 1, 0),
        ("fr", 2, 50),
    ]


def test_options_are_counted_for_all_and_for_the_best_third() -> None:
    chosen = [(2,), (2,), (1,), (1,), (1,), ()]
    responses = [response(n == (2,), -place, n) for place, n in enumerate(chosen)]
    left_out = Response(fraction=Fraction(0), rest=Fraction(-9), answer=None, language="fr")
    assert option_counts(SINGLE, [*responses, left_out]) == [
        OptionCount(number=1, right=False, chosen=3, best=0),
        OptionCount(number=2, right=True, chosen=2, best=2),
        OptionCount(number=3, right=False, chosen=0, best=0),
        OptionCount(number=4, right=False, chosen=0, best=0),
    ]
    assert [each.chosen for each in option_counts(TRUE_FALSE, responses)] == [3, 2]
    assert [each.right for each in option_counts(MULTIPLE, [])] == [True, False, True, False]


def test_the_best_third_has_all_who_are_equal_to_its_last() -> None:
    rests = [3, 9, 7, 7, 1, 7]
    assert [r.rest for r in best_third([response(1, rest) for rest in rests])] == [9, 7, 7, 7]
    assert best_third([response(1), response(1)]) == []


def test_stems_items_and_gaps_are_counted_one_by_one() -> None:
    answers = [response(1, 0, (2, 1, 4)), response(0, 0, (2, 2, 2)), response(0, 0, (0, 1, 0))]
    assert part_facilities(MATCHING, answers) == [2, 2, 1]
    assert part_facilities(CLOZE, [response(0, 0, (2, 3))]) == [1, 0]
    assert part_facilities(ORDERING, [response(0, 0, (1, 2, 4, 3))]) == [1, 1, 0, 0]
    assert part_facilities(ORDERING, []) == []


def statistics(
    facility: float | None = 50, discrimination: float | None = 40, answers: int = 30
) -> ItemStatistics:
    return ItemStatistics(
        answers=answers,
        facility=facility,
        deviation=50,
        discrimination=discrimination,
        efficiency=50,
    )


def counts(right: int, *wrong: int) -> list[OptionCount]:
    return [
        OptionCount(number=n, right=n == 0, chosen=30, best=best)
        for n, best in enumerate((right, *wrong))
    ]


@pytest.mark.parametrize(
    ("found", "options", "expected"),
    [
        (statistics(), [], []),
        (statistics(), counts(5, 5, 1), []),
        (statistics(), counts(5, 1, 6), [ItemFlag.KEY_DOUBTED]),
        (statistics(20), [], []),
        (statistics(19.9), [], [ItemFlag.TOO_HARD]),
        (statistics(95), [], []),
        (statistics(95.1), [], [ItemFlag.TOO_EASY]),
        (statistics(50, 10), [], []),
        (statistics(50, 9.9), [], [ItemFlag.LOW_DISCRIMINATION]),
        (statistics(50, -20), counts(0, 1), [ItemFlag.LOW_DISCRIMINATION, ItemFlag.KEY_DOUBTED]),
        (statistics(100, None), [], [ItemFlag.TOO_EASY]),
        (statistics(0, 0, answers=9), counts(0, 9), []),
        (statistics(0, 0, answers=10), [], [ItemFlag.TOO_HARD, ItemFlag.LOW_DISCRIMINATION]),
        (statistics(None, None), [], []),
    ],
)
def test_what_is_worth_a_look(found, options, expected) -> None:
    assert flags(found, options) == expected
