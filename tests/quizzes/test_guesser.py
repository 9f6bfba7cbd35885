"""A guesser who knows nothing of the subject plays quizzes as they are drawn and shown."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest

from learning.content.activity_types import Question, QuestionType
from learning.content.course import ALL, Course, Module
from learning.content.guesser import learned_score, question_items, sign_scores
from learning.content.surface_signs import ChoiceItem
from learning.quizzes.rules.draw import draw, gap_orders, option_order

PEOPLE, LEARNERS = 20, 3  # each plays all attempts at the quiz of each module
MAX_ABOVE_CHANCE = 0.05  # of the points of a quiz


def shown_items(question: Question, language: str, seed: int) -> Iterator[ChoiceItem]:
    """Yield what a question gives to choose, in the order in which the page shows it."""
    items = list(question_items(question, language))
    if question.type is QuestionType.CLOZE:
        orders = gap_orders(question, seed)
    else:
        orders = (option_order(question, seed),) * len(items)
    for item, order in zip(items, orders, strict=True):
        right = frozenset(order.index(number) + 1 for number in item.right)
        yield replace(item, options=[item.options[n - 1] for n in order], right=right)


def drawn_questions(module: Module, course: Course, people: int) -> Iterator[tuple[Question, int]]:
    """Yield every question that the people are asked in all attempts, and the attempt's seed."""
    quiz = course.assessment.quiz
    assert quiz is not None
    by_key = {question.key: question for question in module.bank}
    for person in range(people):
        seen: dict[str, bool] = {}
        for number in range(quiz.attempts):
            seed = person * quiz.attempts + number
            keys = draw(module.bank, quiz.blueprint, seen, seed)
            seen |= dict.fromkeys(keys, False)
            yield from ((by_key[key], seed) for key in keys)


@pytest.mark.parametrize("language", ALL)
@pytest.mark.parametrize("number", range(6))
def test_no_sign_earns_five_points_above_chance_in_the_quizzes_of_a_module(
    course: Course, language: str, number: int
) -> None:
    total, by_parts = 0, defaultdict[int, list[ChoiceItem]](list)
    for question, seed in drawn_questions(course.modules[number], course, PEOPLE):
        items = list(shown_items(question, language, seed))
        by_parts[len(items)] += items
        total += 1
    gains: Counter[str] = Counter()
    del by_parts[0]  # nothing to choose: nothing to guess by
    for parts, items in by_parts.items():  # each gap is worth its part of the point
        for score in sign_scores(items):
            gains[score.sign] += (score.points - score.chance) / parts
    assert total == PEOPLE * 3 * 12
    assert len(by_parts[1]) > total / 2
    assert {
        sign: gain / total for sign, gain in gains.items() if gain / total > MAX_ABOVE_CHANCE
    } == {}


@pytest.mark.parametrize("language", ALL)
def test_who_learned_from_the_quizzes_of_five_modules_earns_no_more_in_the_sixth(
    course: Course, language: str
) -> None:
    drawn = {
        module.key: [
            item
            for question, seed in drawn_questions(module, course, LEARNERS)
            for item in shown_items(question, language, seed)
        ]
        for module in course.modules
    }
    total = len(course.modules) * LEARNERS * 3 * 12
    score = learned_score(drawn)
    assert score.items > total / 2
    assert (score.points - score.chance) / total <= MAX_ABOVE_CHANCE


def test_a_bank_that_shows_its_answers_is_found_in_its_quizzes(course: Course) -> None:
    """The same guesser wins where the right options are the longest."""
    module = course.modules[0]
    question = next(q for q in module.bank if q.type is QuestionType.SINGLE)
    text = replace(question.texts["en"], options=["a", "b", "c", "the longest of all"])
    shown = replace(question, right=[4], texts={"en": text})
    items = [item for seed in range(30) for item in shown_items(shown, "en", seed)]
    best = sign_scores(items)[0]
    assert (best.sign, best.above_chance) == ("most length", 0.75)
