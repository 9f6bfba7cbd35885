"""What a form sends becomes an answer, or is refused; an answer is stored and read unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.content.activity_types import Question, QuestionType
from learning.quizzes.rules.answers import (
    MAX_TEXT,
    Answer,
    answer_from_fields,
    from_json,
    is_complete,
    keeps_numbers,
    to_json,
)
from tests.quizzes.questions import (
    CLOZE,
    EVERY_TYPE,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SINGLE,
    TEXT,
    TRUE_FALSE,
    question,
)


@pytest.mark.parametrize(
    ("drawn", "values", "numbers", "complete"),
    [
        (SINGLE, ["2"], (2,), True),
        (SINGLE, ["4"], (4,), True),
        (SINGLE, [], (), False),
        (SINGLE, [""], (), False),
        (SINGLE, ["0"], (), False),
        (TRUE_FALSE, ["1"], (1,), True),
        (TRUE_FALSE, [], (), False),
        (MULTIPLE, ["3", "1"], (1, 3), True),
        (MULTIPLE, ["1", "2", "3", "4"], (1, 2, 3, 4), True),
        (MULTIPLE, [], (), False),
        (MATCHING, ["4", "4", "1"], (4, 4, 1), True),  # one choice may go with two stems
        (MATCHING, ["4", "", "1"], (4, 0, 1), False),
        (MATCHING, [], (0, 0, 0), False),
        (ORDERING, ["4", "3", "2", "1"], (4, 3, 2, 1), True),
        (ORDERING, ["0", "3", "", "1"], (0, 3, 0, 1), False),
        (ORDERING, [], (0, 0, 0, 0), False),
        (CLOZE, ["2", "3"], (2, 3), True),
        (CLOZE, ["0", "3"], (0, 3), False),
    ],
)
def test_numbers_are_those_of_the_bank(drawn, values, numbers, complete) -> None:
    answer = answer_from_fields(drawn, values, "fr")
    assert answer == Answer(numbers=numbers)
    assert is_complete(drawn, answer) is complete


@pytest.mark.parametrize(
    ("drawn", "values"),
    [
        (SINGLE, ["5"]),
        (SINGLE, ["1", "2"]),
        (SINGLE, ["-1"]),
        (SINGLE, ["+1"]),
        (SINGLE, [" 1"]),
        (SINGLE, ["1.0"]),
        (SINGLE, ["²"]),
        (SINGLE, ["\u0661"]),  # other digits than 0 to 9
        (SINGLE, ["0002"]),
        (TRUE_FALSE, ["3"]),
        (MULTIPLE, ["1", "1"]),
        (MULTIPLE, ["5"]),
        (MULTIPLE, ["1", "2", "3", "4", "4"]),
        (MATCHING, ["1", "2"]),
        (MATCHING, ["1", "2", "3", "4"]),
        (MATCHING, ["1", "2", "5"]),
        (ORDERING, ["1", "2", "3", "3"]),
        (ORDERING, ["1", "2", "3", "5"]),
        (CLOZE, ["3", "1"]),  # the first gap has two choices, the second three
        (NUMERIC, ["1", "2"]),
        (TEXT, ["a" * (MAX_TEXT + 1)]),
    ],
)
def test_what_no_page_offers_is_refused(drawn: Question, values: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        answer_from_fields(drawn, values, "fr")


@pytest.mark.parametrize(
    ("drawn", "values", "text", "complete"),
    [
        (NUMERIC, ["1 250,5"], "1 250,5", True),
        (NUMERIC, [" 1 250 km "], "1 250 km", True),
        (NUMERIC, ["many"], "many", False),
        (NUMERIC, [""], "", False),
        (NUMERIC, [], "", False),
        (TEXT, [" two  words "], "two  words", True),
        (TEXT, ["a" * MAX_TEXT], "a" * MAX_TEXT, True),
        (TEXT, [" "], "", False),
    ],
)
def test_a_typed_answer_is_kept_as_typed_with_its_language(drawn, values, text, complete) -> None:
    answer = answer_from_fields(drawn, values, "es")
    assert answer == Answer(text=text, language="es")
    assert is_complete(drawn, answer) is complete


def test_a_typed_answer_has_a_language_of_the_question() -> None:
    with pytest.raises(ValueError, match="no language “de”"):
        answer_from_fields(TEXT, ["x"], "de")


@pytest.mark.parametrize("drawn", EVERY_TYPE)
def test_a_question_that_was_left_out_is_not_complete(drawn: Question) -> None:
    assert not is_complete(drawn, None)
    assert not is_complete(drawn, Answer())


@pytest.mark.parametrize(
    ("answer", "stored"),
    [
        (Answer(), '{"numbers":[]}'),
        (Answer(numbers=(0, 3)), '{"numbers":[0,3]}'),
        (Answer(text="", language="en"), '{"text":"","language":"en"}'),
        (Answer(text="Côte", language="fr"), '{"text":"Côte","language":"fr"}'),
    ],
)
def test_an_answer_is_stored_as_json(answer: Answer, stored: str) -> None:
    assert to_json(answer) == stored
    assert from_json(stored) == answer


@given(st.text(), st.sampled_from(["fr", "en", "es"]))
def test_every_text_is_read_as_it_was_stored(text: str, language: str) -> None:
    answer = Answer(text=text, language=language)
    assert from_json(to_json(answer)) == answer


@pytest.mark.parametrize(
    "stored",
    ["", "[]", "{}", '{"numbers":["1"]}', '{"numbers":[true]}', '{"numbers":[1],"x":1}',
     '{"text":"a"}', '{"text":1,"language":"fr"}', '{"text":"a","language":"fr","numbers":[]}'],
)  # fmt: skip
def test_what_is_no_stored_answer_is_refused(stored: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(stored)


@pytest.mark.parametrize(
    ("drawn", "today", "kept"),
    [
        *((each, each, True) for each in EVERY_TYPE),
        (SINGLE, question(SINGLE.type, [1], options=("one", "two", "3", "four")), True),
        (SINGLE, question(SINGLE.type, [2], options=("two", "one", "three", "four")), False),
        (SINGLE, question(SINGLE.type, [2], options=("one", "two", "three")), False),
        (SINGLE, question(QuestionType.MULTIPLE, [2], options=("one", "two", "3", "four")), False),
        (
            MATCHING,
            question(MATCHING.type, [1, 2, 3], stems=("a", "b", "c"), choices=("1", "2", "4", "3")),
            False,
        ),
        (
            MATCHING,
            question(MATCHING.type, [1, 2, 3], stems=("b", "a", "c"), choices=("1", "2", "3", "4")),
            False,
        ),
        (ORDERING, question(ORDERING.type, items=("two", "one", "three", "four")), False),
        (
            CLOZE,
            question(CLOZE.type, [1, 1], text="{1} {2}", gaps=(("b", "a"), ("c", "d", "e"))),
            False,
        ),
    ],
)
def test_numbers_are_kept_while_no_part_moves(drawn, today, kept) -> None:
    assert keeps_numbers(drawn, today) is kept
