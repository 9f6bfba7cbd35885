"""What holds for the mark of any answer to any question."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.content.activity_types import Question, QuestionText, QuestionType
from learning.content.course import Course
from learning.quizzes.rules.answers import (
    TYPED,
    Answer,
    answer_from_fields,
    from_json,
    is_complete,
    places,
    to_json,
)
from learning.quizzes.rules.marking import mark, percent
from learning.quizzes.rules.text_match import normal_text
from tests.quizzes.questions import (
    CLOZE,
    EVERY_TYPE,
    LANGUAGES,
    MATCHING,
    MULTIPLE,
    ORDERING,
    SINGLE,
    TRUE_FALSE,
)

TYPED_TEXTS = st.text("0123456789., réintegación-", max_size=15) | st.sampled_from(
    ["reintegration", "Réintégration", "1250.5", "1 250,5", "1.250,5", "1,250.5"]
)


@st.composite
def answers(draw, drawn: Question) -> Answer:
    """Draw an answer that a form can send."""
    if drawn.type in TYPED:
        values = [draw(TYPED_TEXTS)]
    elif drawn.type is QuestionType.MULTIPLE:
        values = draw(st.sets(st.integers(1, len(places(drawn)))))
    elif drawn.type is QuestionType.ORDERING:
        values = draw(st.permutations(range(1, len(places(drawn)) + 1)))
    else:
        values = [draw(st.integers(0, size)) for size in places(drawn)]
    return answer_from_fields(drawn, [str(v) for v in values], draw(st.sampled_from(LANGUAGES)))


@st.composite
def drawn_and_answered(draw) -> tuple[Question, Answer]:
    drawn = draw(st.sampled_from(EVERY_TYPE))
    return drawn, draw(answers(drawn))


@given(drawn_and_answered())
def test_a_mark_is_from_0_to_1_and_full_where_every_part_is_right(pair) -> None:
    result = mark(*pair)
    assert 0 <= result.fraction <= 1
    assert (result.fraction == 1) is all(result.parts)


@given(drawn_and_answered())
def test_to_mark_twice_or_from_the_stored_answer_changes_nothing(pair) -> None:
    drawn, answer = pair
    assert mark(drawn, from_json(to_json(answer))) == mark(drawn, answer) == mark(drawn, answer)


@given(drawn_and_answered(), st.permutations(LANGUAGES))
def test_the_order_of_the_languages_changes_no_mark(pair, order: Sequence[str]) -> None:
    drawn, answer = pair
    turned = replace(drawn, texts={language: drawn.texts[language] for language in order})
    assert mark(turned, answer) == mark(drawn, answer)


@given(drawn_and_answered(), st.sampled_from(LANGUAGES))
def test_a_chosen_answer_earns_the_same_in_each_language_alone(pair, language: str) -> None:
    drawn, answer = pair
    if drawn.type not in TYPED:
        alone = replace(drawn, texts={language: drawn.texts[language]})
        assert mark(alone, answer) == mark(drawn, answer)


def turned(drawn: Question, order: Sequence[int]) -> Question:
    """Return a question whose options or choices stand in another order in the bank."""

    def turn(text: QuestionText) -> QuestionText:
        return replace(
            text,
            options=[text.options[n - 1] for n in order if text.options],
            choices=[text.choices[n - 1] for n in order if text.choices],
        )

    texts = {language: turn(text) for language, text in drawn.texts.items()}
    return replace(drawn, texts=texts, right=[order.index(n) + 1 for n in drawn.right])


@given(st.sampled_from([SINGLE, MULTIPLE, MATCHING]), st.permutations([1, 2, 3, 4]), st.data())
def test_the_order_of_options_and_choices_changes_no_mark(drawn, order, data) -> None:
    answer = data.draw(answers(drawn))
    same = Answer(numbers=tuple(order.index(n) + 1 if n else 0 for n in answer.numbers))
    assert mark(turned(drawn, order), same).fraction == mark(drawn, answer).fraction


@pytest.mark.parametrize("drawn", [SINGLE, MULTIPLE, TRUE_FALSE, MATCHING, CLOZE, ORDERING])
def test_a_better_answer_earns_no_less(drawn: Question) -> None:
    right = range(1, 5) if drawn is ORDERING else drawn.right
    marks = [mark(drawn, Answer(numbers=tuple(right[:n]))).fraction for n in range(len(right) + 1)]
    assert marks == sorted(marks)
    assert (marks[0], marks[-1]) == (0, 1)


@given(st.lists(st.fractions(0, 1), min_size=1, max_size=20), st.integers(1, 100))
def test_the_shown_mark_passes_exactly_if_the_exact_one_does(fractions, pass_percent) -> None:
    exact = 100 * sum(fractions, Fraction(0)) / len(fractions)
    assert (percent(fractions, pass_percent) >= pass_percent) is (exact >= pass_percent)
    assert abs(Fraction(percent(fractions, pass_percent)) - exact) < Fraction(1, 100)


def right_answer(drawn: Question, language: str) -> Answer:
    text = drawn.texts[language]
    match drawn.type:
        case QuestionType.NUMERIC:
            return Answer(
                text=drawn.number.replace(".", "," if language != "en" else "."), language=language
            )
        case QuestionType.TEXT:
            return Answer(text=normal_text(text.accepted[-1], language).upper(), language=language)
        case QuestionType.ORDERING:
            return Answer(numbers=tuple(range(1, len(text.items) + 1)))
        case _:
            return Answer(
                numbers=tuple(
                    sorted(drawn.right) if drawn.type is QuestionType.MULTIPLE else drawn.right
                )
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_answer_of_each_question_of_the_course_earns_its_point(
    course: Course, language: str
) -> None:
    drawn = [question for module in course.modules for question in module.bank]
    assert len(drawn) >= 240
    for each in drawn:
        answer = right_answer(each, language)
        assert is_complete(each, answer)
        assert mark(each, answer).fraction == 1, each.key
        assert mark(each, None).fraction == 0
