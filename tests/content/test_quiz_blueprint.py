"""How many draws without a repeat a bank has: compared with a search through all of them."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.content.activity_types import Blueprint, Difficulty
from learning.content.course import Course
from learning.content.quiz_blueprint import (
    QuestionKind,
    cheapest_counts,
    draw_counts,
    even_bounds,
    kind_of,
    possible_draws,
)
from tests.quizzes.questions import BLUEPRINT, bank

EASY, MEDIUM, HARD = Difficulty
Cells = tuple[int, ...]  # of easy, then medium, then hard, by objective


def counts_of(cells: Cells, objectives: int) -> dict[QuestionKind, int]:
    kinds = [QuestionKind(d, o) for d in Difficulty for o in range(1, objectives + 1)]
    return dict(zip(kinds, cells, strict=True))


def single_draws(blueprint: Blueprint, objectives: int) -> Iterator[Cells]:
    """Yield every matrix of counts that satisfies the blueprint."""
    low, rest = divmod(blueprint.questions, objectives)
    for cells in product(range(blueprint.questions + 1), repeat=3 * objectives):
        rows = [sum(cells[n * objectives : (n + 1) * objectives]) for n in range(3)]
        columns = [sum(cells[n::objectives]) for n in range(objectives)]
        if rows == list(blueprint.numbers.values()) and all(
            low <= number <= low + bool(rest) for number in columns
        ):
            yield cells


def max_draws(cells: Cells, draws: list[Cells]) -> int:
    """Return how many draws follow each other at most, by trying all."""

    @cache
    def best(left: Cells) -> int:
        rests = [tuple(a - b for a, b in zip(left, each, strict=True)) for each in draws]
        return max((1 + best(rest) for rest in rests if min(rest) >= 0), default=0)

    return best(cells)


SMALL = Blueprint(easy=1, medium=1, hard=1)
SMALL_DRAWS = {objectives: list(single_draws(SMALL, objectives)) for objectives in (1, 2)}


@given(st.sampled_from([1, 2]), st.data())
def test_as_many_draws_are_possible_as_a_search_finds(objectives: int, data) -> None:
    cells = data.draw(st.tuples(*[st.integers(0, 3)] * (3 * objectives)))
    numbers = [cells[n * objectives : (n + 1) * objectives] for n in range(3)]
    questions = bank(dict(zip(Difficulty, numbers, strict=True)))
    expected = max_draws(cells, SMALL_DRAWS[objectives])
    assert possible_draws(questions, SMALL, objectives) == expected
    kinds = counts_of(cells, objectives)
    prices = dict(zip(kinds, data.draw(st.permutations(range(len(kinds)))), strict=True))
    counts = draw_counts(kinds, SMALL, objectives, prices.__getitem__)
    if not expected:
        assert counts is None
        return
    assert counts is not None
    taken = tuple(counts.get(kind, 0) for kind in kinds)
    assert taken in SMALL_DRAWS[objectives]
    rest = tuple(a - b for a, b in zip(cells, taken, strict=True))
    assert max_draws(rest, SMALL_DRAWS[objectives]) == expected - 1


@pytest.mark.parametrize(
    ("easy", "medium", "hard", "draws"),
    [
        ([3, 3, 3, 3], [4, 4, 4, 4], [3, 3, 3, 3], 3),
        ([3, 3, 3, 2], [4, 4, 4, 4], [3, 3, 3, 3], 2),  # 11 easy questions
        ([3, 3, 3, 3], [4, 4, 4, 2], [3, 3, 3, 3], 2),  # 14 medium ones
        ([6, 6, 0, 0], [5, 5, 5, 5], [0, 0, 6, 6], 3),
        ([6, 6, 6, 0], [8, 8, 8, 0], [6, 6, 6, 0], 0),  # one objective is not tested
        ([9, 9, 9, 1], [9, 9, 9, 1], [9, 9, 9, 1], 1),  # three of the fourth in each draw
        ([0, 0, 0, 0], [9, 9, 9, 9], [9, 9, 9, 9], 0),
    ],
)
def test_banks_and_their_draws(easy, medium, hard, draws) -> None:
    questions = bank({EASY: easy, MEDIUM: medium, HARD: hard})
    assert possible_draws(questions, BLUEPRINT, 4) == draws


def test_a_bank_that_is_too_small_is_not_searched() -> None:
    huge = Blueprint(easy=100_000, medium=0, hard=0)
    assert possible_draws(bank({EASY: [3]}), huge, 1) == 0


def test_every_bank_of_the_course_has_as_many_draws_as_there_are_attempts(course: Course) -> None:
    quiz = course.assessment.quiz
    assert quiz is not None
    for module in course.modules:
        objectives = len(module.objectives["fr"])
        assert possible_draws(module.bank, quiz.blueprint, objectives) == quiz.attempts
        assert {kind_of(each).objective for each in module.bank} == set(range(1, objectives + 1))


@pytest.mark.parametrize(
    ("questions", "objectives", "draws", "bounds"),
    [(12, 4, 1, (3, 3)), (12, 5, 1, (2, 3)), (12, 5, 3, (6, 9)), (12, 3, 3, (12, 12))],
)
def test_objectives_are_tested_as_evenly_as_numbers_allow(
    questions: int, objectives: int, draws: int, bounds: tuple[int, int]
) -> None:
    assert even_bounds(questions, objectives, draws) == bounds


def test_the_cheapest_counts_stay_in_the_bounds_of_the_objectives() -> None:
    prices = {QuestionKind(EASY, 1): [0, 0, 0, 0], QuestionKind(EASY, 2): [5, 7]}
    bounds = {1: even_bounds(4, 2), 2: even_bounds(4, 2)}
    assert cheapest_counts({EASY: 4}, prices, bounds) == Counter(
        {QuestionKind(EASY, 1): 2, QuestionKind(EASY, 2): 2}
    )
    uneven = {1: even_bounds(3, 2), 2: even_bounds(3, 2)}
    assert cheapest_counts({EASY: 3}, prices, uneven) == Counter(
        {QuestionKind(EASY, 1): 2, QuestionKind(EASY, 2): 1}
    )


@pytest.mark.parametrize(
    ("questions", "counts"), [(4, (2, 1, 1)), (7, (3, 2, 2)), (8, (3, 3, 2)), (9, (3, 3, 3))]
)
def test_an_objective_is_tested_however_dear_its_questions_are(questions, counts) -> None:
    prices = {QuestionKind(EASY, n): [10 * n] * 9 for n in (1, 2, 3)}
    bounds = dict.fromkeys((1, 2, 3), even_bounds(questions, 3))
    found = cheapest_counts({EASY: questions}, prices, bounds)
    assert found == {QuestionKind(EASY, n): number for n, number in enumerate(counts, 1)}
    one_left_out = {QuestionKind(EASY, n): [0] * (n > 1) * 9 for n in (1, 2, 3)}
    assert cheapest_counts({EASY: questions}, one_left_out, bounds) is None


def test_a_draw_takes_of_each_kind_its_share_of_the_draws_that_are_left() -> None:
    available = counts_of((3, 3, 3, 3, 5, 5, 5, 0, 1, 1, 1, 6), 4)
    cheap = QuestionKind(MEDIUM, 1)
    counts = draw_counts(available, BLUEPRINT, 4, lambda kind: kind != cheap)
    assert counts is not None
    assert [counts[QuestionKind(EASY, n)] for n in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert [counts[QuestionKind(MEDIUM, n)] for n in (1, 2, 3, 4)] == [2, 2, 1, 0]


def test_the_price_decides_between_equal_counts() -> None:
    available = counts_of((2, 2, 0, 0, 0, 0), 2)
    one = Blueprint(easy=1, medium=0, hard=0)
    for cheap in (1, 2):
        counts = draw_counts(available, one, 2, lambda kind, cheap=cheap: kind.objective != cheap)
        assert counts == {QuestionKind(EASY, cheap): 1}
