"""Gaps with choices are read; other gaps leave the question out."""

import pytest

from learning.question_exchange.cloze import find_gaps
from tests.question_exchange.formats.builders import in_english, kinds, notes_of

CLOZE = (
    "<quiz><question type='cloze'><name><text>q1</text></name><questiontext format='html'>"
    "<text><![CDATA[{}]]></text></questiontext></question></quiz>"
)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("<p>Fill.</p><p>a {1:MULTICHOICE:=x~y}</p>", set()),
        ("<p>Fill.</p><p>a {:MC:=x~y} {1:MCVS:=x~y} {1:MULTICHOICE_HS:=x~y}</p>", set()),
        ("<p>Fill.</p><p>a {1:MC:=x~y} {2:MC:=x~y}</p>", {"marks"}),
        ("<p>Fill.</p><p>a {1:MC:=x~%33,3%y}</p>", {"marks"}),
        ("<p>Fill.</p><p>a {1:MC:%100%x~%0%y}</p>", set()),
        ("<p>Fill.</p><p>a {1:MC:=x~=y}</p>", {"several-right"}),
        ("<p>Fill.</p><p>a {1:MC:x~y}</p>", {"no-right-answer"}),
        ("<p>Fill.</p><p>a {1:SHORTANSWER:=x}</p>", {"gap-type"}),
        ("<p>Fill.</p><p>a {1:NUMERICAL:=3:0.1}</p>", {"gap-type"}),
        ("<p>Fill.</p><p>a gap</p>", {"no-gaps"}),
        ("a {1:MC:=x~y}", {"no-prompt"}),
        ("<p>Fill.</p><!-- {1:MC:=x~y} -->", {"no-prompt"}),
        ("<p>Fill.</p><p>a {1:MC:=x#why~y#why}</p>", set()),
        ("<p>Fill.</p><p>a {1:MC:=x#why~y#not}</p>", {"feedback"}),
        ("<p>Fill.</p><p>a {1:MC:=<b>x</b>~y}</p>", {"markup"}),
    ],
)
def test_a_text_with_gaps_is_noted_for(text: str, lost: set[str]) -> None:
    assert kinds(CLOZE.format(text)) == lost


def test_the_type_of_a_gap_that_a_bank_does_not_have_is_named() -> None:
    made = in_english(CLOZE.format("{1:SHORTANSWER:=x}"))
    assert notes_of(made)["gap-type"] == [(1, "q1", "SHORTANSWER")]


def test_signs_of_the_format_are_written_with_a_backslash_or_as_entities() -> None:
    text = r"<p>Fill.</p><p>{1:MC:=a\~b \}#c\#d &#38; e~&amp;f}</p>"
    parsed = in_english(CLOZE.format(text)).questions[0].texts["en"]
    assert parsed.gaps == (("a~b }", "&f"),)
    assert parsed.feedback == ("c#d & e",)


@pytest.mark.parametrize("piece", ["{:MC:", "{ ", "{1", "{:A", "{:MC:\\", "{:MC:\\}"])
def test_a_gap_that_does_not_end_is_read_once(piece: str) -> None:
    """With a second look for each beginning, 200,000 signs would take minutes."""
    text = piece * (200_000 // len(piece))
    assert list(find_gaps(text)) == []
    assert [gap.answers for gap in find_gaps(f"{{:MC:=x}}{text}")] == ["=x"]


def test_a_text_that_is_too_long_is_not_searched_for_gaps() -> None:
    made = in_english(CLOZE.format("{1:MC:=x~y}" + "a" * 10_000))
    assert notes_of(made).keys() == {"long-text"}
