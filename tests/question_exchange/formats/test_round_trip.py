"""What is exported comes back as it was, from both formats, in all languages."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.activity_types import Question, QuestionType
from learning.content.course import ALL, Course
from learning.question_exchange.bank_export import (
    ExportFormat,
    export_bank,
    file_name,
    left_out,
)
from learning.question_exchange.bank_text import bank_text
from learning.question_exchange.converter import convert
from learning.question_exchange.gift_writer import fits_gift, write_gift
from learning.question_exchange.moodle_xml_writer import write_moodle_xml
from tests.question_exchange.formats.builders import in_english, notes_of, question, read_text

MODULES = ["m1", "m2", "m3", "m4", "m5", "m6"]
SPECIAL = st.text(alphabet="ab1*{}~=#:\\%<>&\"'[]->/.éñ’«–\u00a0", min_size=1, max_size=12)
TEXTS = st.builds(" ".join, st.lists(SPECIAL.map(str.strip).filter(bool), min_size=1, max_size=2))
TEXTS = TEXTS.filter(lambda text: text.strip() == text and not text.startswith("//"))


@pytest.mark.parametrize("kind", ExportFormat)
@pytest.mark.parametrize("key", MODULES)
def test_every_bank_comes_back_as_it_was(course: Course, key: str, kind: ExportFormat) -> None:
    module = next(each for each in course.modules if each.key == key)
    made = convert({language: export_bank(module, kind, language) for language in ALL})
    lessons = {each.lesson for each in module.bank}
    again, issues = read_text(made.text, lessons, len(module.objectives["fr"]))
    missing = [each.key for each in left_out(module, kind)]
    assert again == [each for each in module.bank if each.key not in missing]
    assert again
    assert {str(note.kind) for note in made.notes} == {"category"}
    assert all("a bank has 40 or more" in issue for issue in issues)
    assert bool(issues) == bool(missing)


def test_only_gift_leaves_out_gaps_and_says_so_in_the_file(course: Course) -> None:
    module = course.modules[0]
    assert left_out(module, ExportFormat.MOODLE_XML) == ()
    missing = left_out(module, ExportFormat.GIFT)
    assert {each.type for each in missing} == {QuestionType.CLOZE}
    text = export_bank(module, ExportFormat.GIFT, "fr")
    assert all(f"// {each.key}: GIFT cannot hold this question (cloze)" in text for each in missing)


def test_what_gift_would_take_for_a_pair_is_not_written_as_gift() -> None:
    stem = question(QuestionType.MATCHING, [1], stems=("a -> b",), choices=("c",), feedback=("d",))
    word = question(QuestionType.TEXT, accepted=("a",), feedback=("b -> c", "d"))
    for arrow in (stem, word):
        assert "// q01: GIFT cannot hold" in write_gift([arrow], "en", "m1")
        made = in_english(write_moodle_xml([arrow], "en", "m1"))
        assert made.questions[0].texts["en"] == arrow.texts["en"]


def test_files_are_called_by_module_and_language(course: Course) -> None:
    names = [file_name(course.modules[1], kind, "es") for kind in ExportFormat]
    assert names == ["m2-es.xml", "m2-es.gift.txt"]


@pytest.mark.parametrize("odd", ["[html]a", "%50%a", "[plain] a", "*a*", "%-1%"])
def test_texts_that_begin_as_something_else_come_back_as_they_were(odd: str) -> None:
    for kind, right in ((QuestionType.SINGLE, [1]), (QuestionType.MULTIPLE, [1, 2])):
        own = question(kind, right, options=(odd, "b", "c"), feedback=(odd, odd, odd), explain=odd)
        made = in_english(write_gift([own], "en", "m1")).questions[0]
        assert (made.texts["en"], list(made.right)) == (own.texts["en"], right)
    typed = question(QuestionType.TEXT, accepted=(odd, "b"), feedback=(odd, odd))
    assert in_english(write_gift([typed], "en", "m1")).questions[0].texts["en"] == typed.texts["en"]


def test_items_are_written_as_moodle_reads_them() -> None:
    items = ("First: a = b ~ c", "{x} \\ #1", "[html]a", "#### b: c")
    own = question(QuestionType.ORDERING, items=items, feedback=("d", "e", "f", "g"))
    text = write_gift([own], "en", "m1")
    assert "\nFirst: a = b ~ c\n" in text
    assert in_english(text).questions[0].texts["en"] == own.texts["en"]


def test_names_that_a_file_needs_escaped_are_escaped() -> None:
    numeric = question(
        QuestionType.NUMERIC, number="5", tolerance="0.5", unit="[a] & b", feedback=["c", "d"]
    )
    for text in (write_gift([numeric], "en", "a]b"), write_moodle_xml([numeric], "en", "a]]>&b")):
        made = in_english(text)
        assert made.questions[0].texts["en"].unit == "[a] & b"
        assert (made.questions[0].number, made.questions[0].tolerance) == ("5", "0.5")
    assert notes_of(made)["category"] == [(3, "", "$course$/top/a]]>&b")]


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Return a question of any type that both formats hold, with texts of odd characters."""
    kind = draw(st.sampled_from([each for each in QuestionType if each != QuestionType.CLOZE]))
    texts = draw(st.lists(TEXTS, min_size=12, max_size=12, unique=True))
    common = {"prompt": texts[0], "explain": texts[1]}
    three, feedback = tuple(texts[2:5]), tuple(texts[5:8])
    more = {
        QuestionType.SINGLE: ((2,), {"options": three, "feedback": feedback}),
        QuestionType.MULTIPLE: ((1, 3), {"options": three, "feedback": feedback}),
        QuestionType.TRUE_FALSE: ((2,), {"feedback": feedback[:2]}),
        QuestionType.MATCHING: (
            (2, 1),
            {
                "stems": tuple(text.replace("->", "-") for text in three[:2]),
                "choices": tuple(texts[8:11]),
                "feedback": feedback[:2],
            },
        ),
        QuestionType.ORDERING: ((), {"items": three, "feedback": feedback}),
        QuestionType.NUMERIC: ((), {"number": "-2.5", "tolerance": "0", "feedback": feedback[:2]}),
        QuestionType.TEXT: ((), {"accepted": three, "feedback": feedback[:2]}),
    }
    right, own = more[kind]
    return question(kind, right, **common, **own)


@settings(max_examples=40)
@given(parsed=questions())
def test_any_characters_come_back_as_they_were(parsed: Question) -> None:
    for write in (write_gift, write_moodle_xml) if fits_gift(parsed) else (write_moodle_xml,):
        made = in_english(write([parsed], "en", "m1"))
        assert made.questions[0].texts["en"] == parsed.texts["en"]
        assert made.questions[0].right == parsed.right
        assert parsed.number == made.questions[0].number


@settings(max_examples=40)
@given(choices=st.lists(TEXTS, min_size=3, max_size=3, unique=True), feedback=TEXTS)
def test_any_characters_of_a_gap_come_back_as_they_were(choices, feedback) -> None:
    gaps = question(
        QuestionType.CLOZE,
        [2],
        text="Before {1}, after.",
        gaps=(tuple(choices),),
        feedback=(feedback,),
    )
    made = in_english(write_moodle_xml([gaps], "en", "m1"))
    assert made.questions[0].texts["en"] == gaps.texts["en"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_is_a_string_of_toml(text: str) -> None:
    made = in_english("::a::Which?{=b}").questions[0]
    one = replace(made, texts={"en": replace(made.texts["en"], prompt=text)})
    again, _ = read_raw(bank_text([one], "GIFT"))
    assert again == text


def read_raw(text: str) -> tuple[str, str]:
    import tomllib  # noqa: PLC0415 for this one test

    entry = tomllib.loads(text)["questions"][0]
    return entry["en"]["prompt"], entry["key"]
