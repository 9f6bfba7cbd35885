"""The places that a page sends for the lines of an ordering question."""

import pytest

from learning.content.activity_types import Question, QuestionType
from learning.content.course import Course
from learning.quizzes.question_views import places_of
from learning.quizzes.rules import draw
from learning.quizzes.rules.answers import answer_from_fields, is_complete

SEED = 7


@pytest.fixture
def question(course: Course) -> Question:
    banks = (question for module in course.modules for question in module.bank)
    return next(each for each in banks if each.type is QuestionType.ORDERING)


def test_each_line_with_a_place_of_its_own_is_stored_there(question: Question) -> None:
    order = draw.option_order(question, SEED)
    places = [str(item) for item in order]  # each item in the place of its number
    assert places_of(question, SEED, places) == [str(n + 1) for n in range(len(order))]


def test_lines_with_the_same_place_stay_open(question: Question) -> None:
    order = draw.option_order(question, SEED)
    assert places_of(question, SEED, ["1"] * len(order)) == ["0"] * len(order)
    places = [str(n + 1) for n in range(len(order))]
    places[1] = "1"  # as the first line
    stored = places_of(question, SEED, places)
    assert stored == ["0", "0", *(str(item) for item in order[2:])]
    assert not is_complete(question, answer_from_fields(question, stored, "fr"))


@pytest.mark.parametrize("none", ["", "0"])
def test_a_line_without_a_place_is_left_open(question: Question, none: str) -> None:
    order = draw.option_order(question, SEED)
    places = [none, *(str(n + 1) for n in range(1, len(order)))]
    assert places_of(question, SEED, places) == ["0", *(str(item) for item in order[1:])]


@pytest.mark.parametrize("value", ["abc", "-1", "99", "1.0", "²", "9" * 5000])
def test_what_is_no_number_of_a_place_is_refused(question: Question, value: str) -> None:
    order = draw.option_order(question, SEED)
    with pytest.raises(ValueError, match="no such place"):
        places_of(question, SEED, [value, *[""] * (len(order) - 1)])
