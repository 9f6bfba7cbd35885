"""Moodle XML as Moodle 4 writes it."""

import pytest

from learning.content.activity_types import QuestionText, QuestionType
from learning.question_exchange.converter import MAX_CHARACTERS
from learning.question_exchange.moodle_xml_elements import MAX_ELEMENTS
from learning.question_exchange.notes import FileError, FileProblem
from tests.question_exchange.formats.builders import SAMPLES, in_english, kinds, notes_of, xml

CHOICES = (
    "<single>true</single><answer fraction='100'><text>a</text></answer>"
    "<answer fraction='0'><text>b</text></answer>"
)
NUMBER = "<answer fraction='100'><text>3</text><tolerance>0.1</tolerance>{}</answer>"


@pytest.fixture(scope="module")
def made():
    return in_english((SAMPLES / "moodle-4.xml").read_text())


def text_of(made, key: str) -> QuestionText:
    return next(each for each in made.questions if each.key == key).texts["en"]


def test_every_question_that_a_bank_can_hold_is_converted(made) -> None:
    found = [(each.key, each.type, list(each.right)) for each in made.questions]
    assert found == [
        ("w1-q1", QuestionType.SINGLE, [1]),
        ("two-of-three", QuestionType.MULTIPLE, [1, 2]),
        ("circular", QuestionType.TRUE_FALSE, [2]),
        ("a-word", QuestionType.TEXT, []),
        ("a-share", QuestionType.NUMERIC, []),
        ("pairs", QuestionType.MATCHING, [1, 2]),
        ("order", QuestionType.ORDERING, []),
        ("gaps", QuestionType.CLOZE, [2, 1]),
    ]


def test_html_becomes_plain_sentences(made) -> None:
    first = text_of(made, "w1-q1")
    assert first.prompt == "Who decides?"
    assert first.options == ("The person", "The family", "The office")
    assert first.feedback == ("Yes: 2 < 3 & more.", "", "It advises.")
    assert first.explain == "The person decides, and nobody\u00a0else: R&R, page\u00a03."


def test_every_type_keeps_what_it_asks(made) -> None:
    assert text_of(made, "circular").feedback == ("Too short.", "It is too short.")
    assert text_of(made, "a-word").accepted == ("spontaneous", "5*")
    share = next(each for each in made.questions if each.key == "a-share")
    assert (share.number, share.tolerance, share.texts["en"].unit) == ("34", "0.5", "people")
    assert text_of(made, "order").items == ("Interview", "Visit")
    assert text_of(made, "order").feedback == ("First an interview.", "Then a visit.")
    gaps = text_of(made, "gaps")
    assert gaps.prompt == "Complete the note."
    assert gaps.text == "The convention protects {1}. The return is {2}."
    assert gaps.gaps == (("everybody", "refugees"), ("safe", "fast"))
    assert gaps.feedback == ("Five grounds.", "")


def test_a_numbered_list_below_the_explanation_is_feedback_of_the_stems(made) -> None:
    pairs = text_of(made, "pairs")
    assert pairs.feedback == ("He leaves.", "She stays.")
    assert pairs.explain == "Two forms. 1. not a list of ours"


def test_all_that_is_lost_is_named_with_its_line(made) -> None:
    notes = notes_of(made)
    assert notes["category"] == [(4, "", "$course$/top/Default for Return & work")]
    assert notes["files"] == [(15, "w1-q1", "map one.png")]
    assert notes["hints"] == [(15, "w1-q1", "1")]
    overall = "correctfeedback, partiallycorrectfeedback, incorrectfeedback"
    assert notes["general-feedback"] == [(15, "w1-q1", overall)]
    assert notes["points"] == [(15, "w1-q1", "2.0000000")]
    markup = [("w1-q1", "strong"), ("w1-q1", "img"), ("Two of three", "Markdown"), ("Pairs", "ul")]
    assert [each[1:] for each in notes["markup"]] == markup
    assert notes["marks"] == [(15, "w1-q1", "50 %")]
    assert notes["tags"] == [(15, "w1-q1", "week1")]
    settings = "penalty 0.5000000, hidden 1, shuffleanswers false"
    assert notes["settings"][0] == (74, "Two of three", settings)
    assert notes["settings"][1] == (247, "Order", "layouttype HORIZONTAL")
    assert notes["case"] == [(136, "A word", "")]
    assert notes["wildcard"] == [(136, "A word", "spont*")]
    assert [detail for *_, detail in notes["feedback"]] == ["1", "1"]
    assert notes["essay"] == [(294, "Your view", "")]
    assert notes["description"] == [(321, "Read this", "")]
    assert notes["unknown-type"] == [(331, "A sum", "calculated")]


@pytest.mark.parametrize(
    ("kind", "inner", "lost"),
    [
        ("multichoice", CHOICES, set()),
        ("multichoice", CHOICES.replace("true", "false"), {"one-right"}),
        ("multichoice", CHOICES.replace("'0'", "'100'"), {"several-right"}),
        ("multichoice", CHOICES + "<deferred><a/>now</deferred>", {"settings"}),
        ("multichoice", CHOICES + "<file name='x.png'>aGk=</file>", {"files"}),
        ("truefalse", CHOICES, {"no-answers"}),
        ("truefalse", CHOICES.replace(">a<", ">true<").replace(">b<", ">false<"), set()),
        (
            "truefalse",
            CHOICES.replace(">a<", ">true<").replace(">b<", ">false<").replace("100", "50"),
            {"no-right-answer"},
        ),
        ("numerical", NUMBER, set()),
        ("numerical", NUMBER.format("<tolerancetype>1</tolerancetype>"), {"relative-tolerance"}),
        (
            "numerical",
            NUMBER + "<units><unit><multiplier>100</multiplier><unit_name>c</unit_name></unit>"
            "<unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>",
            {"several-units"},
        ),
        (
            "numerical",
            NUMBER + "<units><unit><multiplier>60</multiplier></unit></units>",
            {"several-units"},
        ),
        ("numerical", NUMBER + "<units></units>", set()),
        ("matching", "<subquestion><text>a</text></subquestion>", {"no-pair"}),
        ("cloze", "", {"no-gaps"}),
        ("ddwtos", "", {"unknown-type"}),
    ],
)
def test_a_question_is_noted_for(kind: str, inner: str, lost: set[str]) -> None:
    assert kinds(xml(kind, inner)) == lost


def test_items_with_feedback_leave_a_list_in_the_explanation_alone() -> None:
    general = "<generalfeedback format='html'><text><![CDATA[<ol><li>a</li><li>b</li></ol>]]>"
    item = "<answer fraction='{0}'><text>{0}</text><feedback><text>why</text></feedback></answer>"
    inner = f"{general}</text></generalfeedback>{item.format(1)}{item.format(2)}"
    text = in_english(xml("ordering", inner)).questions[0].texts["en"]
    assert (text.explain, text.feedback) == ("1. a 2. b", ("why", "why"))


def test_markup_is_named_once_for_a_question() -> None:
    bold = xml("multichoice", CHOICES).replace(">a<", " format='html'>&lt;b&gt;a&lt;/b&gt;<")
    bold = bold.replace("Which?", "&lt;b&gt;Which?&lt;/b&gt;")
    assert notes_of(in_english(bold))["markup"] == [(1, "q1", "b")]


def test_a_question_without_its_text_is_named() -> None:
    bare = "<quiz><question type='{}'><name><text>q1</text></name>{}</question></quiz>"
    assert kinds(bare.format("cloze", "")) == {"no-gaps"}
    assert kinds(bare.format("multichoice", CHOICES)) == {"no-prompt"}


def test_elements_in_a_text_are_named_as_markup() -> None:
    text = "<questiontext format='html'><text>Which <b>one</b>?</text></questiontext>"
    parsed = f"<quiz><question type='multichoice'>{text}{CHOICES}</question></quiz>"
    assert notes_of(in_english(parsed))["markup"] == [(1, "1", "b")]


def refused(text: str) -> tuple[FileProblem, int]:
    with pytest.raises(FileError) as error:
        in_english(text)
    assert error.value.language == "en"
    return error.value.problem, error.value.line


DOCTYPE = '<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("<quiz>\n<question>\n</quiz>", FileProblem.NOT_WELL_FORMED, 3),
        ("<quiz>\n&nbsp;</quiz>", FileProblem.NOT_WELL_FORMED, 2),
        ("<quiz>\n\x01</quiz>", FileProblem.NOT_WELL_FORMED, 2),
        (f"\n{DOCTYPE}<quiz>&b;</quiz>", FileProblem.UNSAFE_XML, 2),
        ("<!DOCTYPE q SYSTEM 'file:///etc/passwd'><quiz/>", FileProblem.UNSAFE_XML, 1),
        ("<quiz>" + "<a>" * 300, FileProblem.UNSAFE_XML, 1),
        (xml("multichoice", "<text>" + "x" * 1_000_001 + "</text>"), FileProblem.UNSAFE_XML, 1),
        (xml("multichoice", "<answer/>" * MAX_ELEMENTS), FileProblem.TOO_LARGE, 1),
        ("<html>\n</html>", FileProblem.NOT_MOODLE_XML, 1),
        ("<quiz></quiz>", FileProblem.NO_QUESTIONS, 0),
        ("<quiz>" + " " * MAX_CHARACTERS + "</quiz>", FileProblem.TOO_LARGE, 0),
    ],
)
def test_a_file_is_refused_for(text: str, problem: FileProblem, line: int) -> None:
    assert refused(text) == (problem, line)


def test_pictures_are_never_kept() -> None:
    picture = "<file name='x.png' encoding='base64'>" + "A" * 2_500_000 + "</file>"
    assert kinds(xml("multichoice", CHOICES + picture)) == {"files"}


def test_the_declared_encoding_of_text_that_is_decoded_already_counts_nothing() -> None:
    text = "\ufeff<?xml version='1.0'\n encoding='ISO-8859-1'?>\n" + xml("essay", "")
    made = in_english(text)
    assert notes_of(made)["essay"] == [(3, "q1", "")]


def test_script_in_html_does_not_become_an_element_again() -> None:
    html = "<![CDATA[<p onclick='x()'>So<script>alert(1)</script><b/>?</p>]]>"
    parsed = xml("multichoice", CHOICES).replace("Which?", html)
    made = in_english(parsed)
    assert "<" not in made.questions[0].texts["en"].prompt
    assert [detail for *_, detail in notes_of(made)["markup"]] == ["script", "b"]
