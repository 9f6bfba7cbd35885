"""One to three files become one bank; what is missing in it is what `course check` names."""

import pytest

from learning.question_exchange.converter import convert
from learning.question_exchange.notes import (
    SEVERITIES,
    FileError,
    FileProblem,
    LeftOut,
    NoteKind,
    Severity,
)
from learning.question_exchange.questions import MAX_QUESTIONS
from tests.question_exchange.formats.builders import SAMPLES, in_english, notes_of, read_text

PLACE = "// [id:q1] [tag:lesson:l1] [tag:objective:1] [tag:difficulty:easy]\n"
WHOLE = PLACE + "::q1::Choose.{=a#Yes. ~b#No.\n####Because.}"


def test_three_languages_have_one_key() -> None:
    made = convert(dict.fromkeys(("fr", "en", "es"), WHOLE))
    (question,) = made.questions
    assert sorted(question.texts) == ["en", "es", "fr"]
    assert (question.lesson, question.objective, question.difficulty) == ("l1", 1, "easy")
    assert made.notes == []
    _, issues = read_text(made.text)
    assert [issue for issue in issues if "bank:3:" not in issue] == []


def test_questions_meet_by_id_number_in_any_order() -> None:
    other = WHOLE.replace("id:q1", "id:q2")
    made = convert({"fr": f"{WHOLE}\n\n{other}", "en": f"{other}\n\n{WHOLE}"})
    assert [(each.key, sorted(each.texts)) for each in made.questions] == [
        ("q1", ["en", "fr"]),
        ("q2", ["en", "fr"]),
    ]
    assert [(note.question, note.language) for note in made.notes if note.line == 0] == [
        ("q1", "es"),
        ("q2", "es"),
    ]


def test_a_missing_language_is_what_the_check_of_the_course_names() -> None:
    made = convert({"en": WHOLE})
    assert made.text.count("is missing\n") == 2
    _, issues = read_text(made.text)
    assert any("[fr]: a table" in issue for issue in issues)
    assert any("[es]: a table" in issue for issue in issues)


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        (WHOLE.replace("[tag:lesson:l1]", ""), "lesson: some text"),
        (WHOLE.replace("[tag:objective:1]", ""), "objective: a whole number"),
        (WHOLE.replace("[tag:difficulty:easy]", ""), "difficulty: one of easy, medium, hard"),
        (WHOLE.replace("#No.", ""), "feedback: a list of texts"),
        (WHOLE.replace("####Because.", ""), "explain: some text"),
        (WHOLE.replace("Choose.", ""), "prompt: some text"),
    ],
)
def test_what_a_file_does_not_say_is_what_the_check_of_the_course_names(text, issue) -> None:
    made = convert(dict.fromkeys(("fr", "en", "es"), text))
    assert made.of(Severity.TO_ADD)
    _, issues = read_text(made.text)
    assert any(issue in each for each in issues)


@pytest.mark.parametrize(
    "other",
    [
        WHOLE.replace("=a#Yes. ~b#No.", "~a#No. =b#Yes."),
        WHOLE.replace("~b", "~c ~b"),
        WHOLE.replace("=a#Yes. ~b#No.", "#3:1"),
        PLACE + "::q1::Which?{T}",
    ],
)
def test_a_language_with_other_answers_is_left_out(other: str) -> None:
    made = convert({"fr": WHOLE, "en": other})
    assert sorted(made.questions[0].texts) == ["fr"]
    assert (2, "q1", "") in notes_of(made)["languages-differ"]


def test_the_same_number_is_asked_in_each_language() -> None:
    three = PLACE + "::q1::How many?{#3:1}"
    made = convert({"fr": three, "en": three.replace("3:1", "3:2"), "es": three})
    assert sorted(made.questions[0].texts) == ["es", "fr"]


def test_the_first_file_that_says_the_lesson_counts() -> None:
    silent = WHOLE.replace("[tag:lesson:l1]", "")
    made = convert({"fr": silent, "en": WHOLE, "es": WHOLE.replace("lesson:l1", "lesson:l2")})
    assert made.questions[0].lesson == "l1"
    assert notes_of(made)["places-differ"] == [(2, "q1", "lesson: l2")]


def test_of_questions_with_one_name_each_has_a_key_of_its_own() -> None:
    made = in_english("\n\n".join(["::a::So?{T}"] * 3))
    assert [each.key for each in made.questions] == ["a", "a-2", "a-3"]
    assert notes_of(made)["key"] == [(3, "a-2", "a → a-2"), (5, "a-3", "a → a-3")]


def test_the_head_of_the_bank_names_the_formats() -> None:
    made = convert({"fr": "::a::So?{T}", "en": "<quiz><question type='essay'/></quiz>"})
    assert made.text.startswith("# Converted from GIFT, Moodle XML.")
    assert [each.key for each in made.questions] == ["a"]


def test_aiken_comes_free() -> None:
    assert len(in_english((SAMPLES / "aiken.txt").read_text()).questions) == 2
    made = in_english((SAMPLES / "aiken.txt").read_text() + "\nWho?\nA. No answer\n")
    texts = [each.texts["en"] for each in made.questions]
    assert [text.prompt for text in texts] == ["Who decides?", "How long is a season?"]
    assert [list(each.right) for each in made.questions] == [[2], [1]]
    assert texts[0].options == ("The office", "The person")
    assert made.text.startswith("# Converted from Aiken.")
    assert notes_of(made)["no-right-answer"] == [(12, "Who?", "")]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, FileProblem.EMPTY),
        ({"en": " \n"}, FileProblem.EMPTY),
        ({"en": "// a comment"}, FileProblem.NO_QUESTIONS),
        ({"en": "::a::So?{T}\n\n" * (MAX_QUESTIONS + 1)}, FileProblem.TOO_MANY),
        ({"en": "So?{}\n\n" * (MAX_QUESTIONS + 1)}, FileProblem.TOO_MANY),
        ({"en": f"<quiz>{'<question/>' * (MAX_QUESTIONS + 1)}</quiz>"}, FileProblem.TOO_MANY),
        ({"en": "ANSWER: A\n" * (MAX_QUESTIONS + 1)}, FileProblem.TOO_MANY),
    ],
)
def test_files_are_refused_for(files: dict[str, str], problem: FileProblem) -> None:
    with pytest.raises(FileError) as error:
        convert(files)
    assert error.value.problem is problem


def test_every_note_asks_something_of_the_author() -> None:
    assert SEVERITIES[NoteKind.ESSAY] is Severity.LEFT_OUT
    assert SEVERITIES[NoteKind.LONG_TEXT] is Severity.LEFT_OUT
    assert SEVERITIES[NoteKind.CATEGORY] is Severity.LOST
    assert SEVERITIES[NoteKind.PLACES_DIFFER] is Severity.LOST
    assert SEVERITIES[NoteKind.NO_LANGUAGE] is Severity.TO_ADD
    assert SEVERITIES.keys() == set(NoteKind)
    assert LeftOut(NoteKind.ESSAY, "x").detail == "x"


def test_long_details_are_cut() -> None:
    made = in_english("::" + "long " * 60 + "::So?{T}")
    (note,) = [each for each in made.notes if each.kind is NoteKind.KEY]
    assert len(note.detail) == 121
