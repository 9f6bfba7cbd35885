"""What an attempt draws, and the order of choices: by the blueprint, from the seed alone."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.activity_types import Blueprint, Difficulty, Question, QuestionType
from learning.content.course import Course
from learning.quizzes.rules.answers import Answer
from learning.quizzes.rules.draw import draw, gap_orders, option_order
from learning.quizzes.rules.marking import mark
from tests.quizzes.questions import (
    BLUEPRINT,
    CLOZE,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    OPTIONS,
    ORDERING,
    SINGLE,
    TEXT,
    TRUE_FALSE,
    bank,
    question,
)

EASY, MEDIUM, HARD = Difficulty
BANK = bank({EASY: [3, 3, 3, 3], MEDIUM: [4, 4, 4, 4], HARD: [3, 3, 3, 3]})
SEEDS = st.integers(0, 2**63 - 1)


def satisfies(keys: list[str], questions: list[Question], blueprint: Blueprint) -> bool:
    chosen = [each for each in questions if each.key in keys]
    objectives = Counter(each.objective for each in chosen)
    available = {each.objective for each in questions}
    numbers = [objectives[each] for each in available]
    return (
        len(set(keys)) == len(keys) == blueprint.questions
        and Counter(each.difficulty for each in chosen) == blueprint.numbers
        and max(numbers) - min(numbers) <= 1
    )


@given(st.lists(SEEDS, min_size=3, max_size=3))
@settings(max_examples=40, deadline=None)
def test_three_draws_satisfy_the_blueprint_and_repeat_nothing(seeds: list[int]) -> None:
    seen: dict[str, bool] = {}
    for seed in seeds:
        keys = draw(BANK, BLUEPRINT, seen, seed)
        assert satisfies(keys, BANK, BLUEPRINT)
        assert not seen.keys() & set(keys)
        seen |= dict.fromkeys(keys, True)


def test_every_bank_of_the_course_is_drawn_three_times_without_a_repeat(course: Course) -> None:
    quiz = course.assessment.quiz
    assert quiz is not None
    for module in course.modules:
        seen: dict[str, bool] = {}
        for seed in range(quiz.attempts):
            keys = draw(module.bank, quiz.blueprint, seen, seed)
            assert satisfies(keys, list(module.bank), quiz.blueprint)
            assert not seen.keys() & set(keys)
            seen |= dict.fromkeys(keys, True)


@given(SEEDS, st.sets(st.sampled_from([each.key for each in BANK])))
@settings(max_examples=60, deadline=None)
def test_a_fourth_draw_takes_what_was_wrong_before_what_was_right(
    seed: int, wrong: set[str]
) -> None:
    seen = {each.key: each.key not in wrong for each in BANK}
    keys = draw(BANK, BLUEPRINT, seen, seed)
    assert satisfies(keys, BANK, BLUEPRINT)
    repeated = len(set(keys) & wrong)
    others = [draw(BANK, BLUEPRINT, seen, other) for other in range(3)]
    assert all(len(set(each) & wrong) == repeated for each in others)  # it is the most there can be


def test_all_wrong_questions_are_drawn_where_the_blueprint_has_room() -> None:
    wrong = {"easy1-0", "easy2-1", "medium3-2", "hard4-0"}
    seen = {each.key: each.key not in wrong for each in BANK}
    assert wrong <= set(draw(BANK, BLUEPRINT, seen, 7))


def test_one_unseen_question_comes_before_one_that_was_wrong() -> None:
    seen = {each.key: False for each in BANK if each.key != "easy1-1"}
    assert "easy1-1" in draw(BANK, BLUEPRINT, seen, 1)


def test_twelve_wrong_questions_are_better_than_one_right() -> None:
    one = Blueprint(easy=12, medium=0, hard=0)
    questions = bank({EASY: [24]})
    seen = {each.key: n >= 12 for n, each in enumerate(questions)}
    assert set(draw(questions, one, seen, 3)) == {k for k, right in seen.items() if not right}


def test_the_seed_alone_decides_whatever_the_order_of_the_bank() -> None:
    keys = draw(BANK, BLUEPRINT, {}, 5)
    assert draw(BANK[::-1], BLUEPRINT, {}, 5) == keys
    assert keys == [
        "easy2-0",
        "medium2-2",
        "hard4-0",
        "hard2-2",
        "easy1-2",
        "easy3-1",
        "medium1-0",
        "hard1-1",
        "medium4-1",
        "medium3-3",
        "easy4-0",
        "medium3-2",
    ]


def test_draws_differ_in_their_questions_and_their_order() -> None:
    draws = [draw(BANK, BLUEPRINT, {}, seed) for seed in range(40)]
    assert {key for keys in draws for key in keys} == {each.key for each in BANK}
    assert len({tuple(keys) for keys in draws}) == len({frozenset(keys) for keys in draws}) == 40
    assert {keys[0][:4] for keys in draws} == {"easy", "medi", "hard"}


def test_a_bank_that_does_not_satisfy_the_blueprint_is_refused() -> None:
    for questions in ([], bank({EASY: [3, 3], MEDIUM: [4, 0], HARD: [3, 3]})):
        with pytest.raises(ValueError, match="does not satisfy the blueprint"):
            draw(questions, BLUEPRINT, {}, 1)


@pytest.mark.parametrize(
    ("drawn", "numbers"),
    [(SINGLE, 4), (MULTIPLE, 4), (MATCHING, 4), (ORDERING, 4), (NUMERIC, 0), (TEXT, 0), (CLOZE, 0)],
)
def test_each_choice_is_shown_once_in_an_order_of_the_seed(drawn: Question, numbers: int) -> None:
    orders = [option_order(drawn, seed) for seed in range(60)]
    assert all(sorted(order) == list(range(1, numbers + 1)) for order in orders)
    assert orders == [option_order(drawn, seed) for seed in range(60)]
    assert len(set(orders)) > 10 or not numbers


def test_true_stands_before_false() -> None:
    assert {option_order(TRUE_FALSE, seed) for seed in range(9)} == {(1, 2)}


def test_each_choice_stands_at_each_place_about_as_often() -> None:
    first = Counter(option_order(SINGLE, seed)[0] for seed in range(800))
    assert set(first) == {1, 2, 3, 4}
    assert max(first.values()) < 250


def test_the_gaps_of_a_cloze_are_ordered_one_by_one() -> None:
    orders = {gap_orders(CLOZE, seed) for seed in range(60)}
    assert orders == {
        (one, other)
        for one in [(1, 2), (2, 1)]
        for other in [(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)]
    }
    assert gap_orders(SINGLE, 1) == ()


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_an_order_as_shown_earns_nothing(size: int) -> None:
    drawn = question(QuestionType.ORDERING, items=["?"] * size)
    shown = {option_order(drawn, seed) for seed in range(50)}
    assert {mark(drawn, Answer(numbers=order)).fraction for order in shown} == {0}
    assert tuple(range(1, size + 1)) not in shown
    assert len(shown) > 1 or size == 2


def test_stored_seeds_keep_their_orders() -> None:
    """An order is computed again at every request: it may never change."""
    assert option_order(SINGLE, 5) == (2, 4, 3, 1)
    assert option_order(ORDERING, 5) == (2, 4, 3, 1)
    assert gap_orders(CLOZE, 5) == ((2, 1), (2, 1, 3))


def test_two_questions_of_an_attempt_are_shuffled_differently() -> None:
    keys = [f"q{number:02}" for number in range(20)]
    drawn = [question(QuestionType.SINGLE, [1], key=key, options=OPTIONS) for key in keys]
    assert len({option_order(each, 1) for each in drawn}) > 8
