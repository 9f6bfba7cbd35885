"""GIFT as Moodle 4 writes it, and as people write it in an e-mail."""

import pytest

from learning.content.activity_types import QuestionText, QuestionType
from tests.question_exchange.formats.builders import SAMPLES, in_english, kinds, notes_of

PROMPT = "::q1::Which?"


@pytest.fixture(scope="module")
def made():
    return in_english((SAMPLES / "moodle-4.gift.txt").read_text())


def text_of(made, key: str) -> QuestionText:
    return next(each for each in made.questions if each.key == key).texts["en"]


def test_every_question_that_a_bank_can_hold_is_converted(made) -> None:
    found = [(each.key, each.type, list(each.right), each.number) for each in made.questions]
    assert found == [
        ("w1-q1", QuestionType.SINGLE, [1], ""),
        ("two-of-three", QuestionType.MULTIPLE, [1, 2], ""),
        ("circular", QuestionType.TRUE_FALSE, [2], ""),
        ("season", QuestionType.TRUE_FALSE, [1], ""),
        ("a-word", QuestionType.TEXT, [], ""),
        ("a-plain-word", QuestionType.TEXT, [], ""),
        ("a-share", QuestionType.NUMERIC, [], "34"),
        ("a-range", QuestionType.NUMERIC, [], "3"),
        ("pairs", QuestionType.MATCHING, [1, 2], ""),
        ("order", QuestionType.ORDERING, [], ""),
        ("q14", QuestionType.SINGLE, [1], ""),
    ]
    assert [each.tolerance for each in made.questions if each.number] == ["0.5", "2"]


def test_formats_escapes_and_feedback_are_read(made) -> None:
    first = text_of(made, "w1-q1")
    assert first.prompt == "Who decides: you?"
    assert first.options == ("The person", "The family", "The <office>")
    assert first.feedback == ("Yes = yes.", "", "It advises.")
    assert first.explain == "The person decides."


def test_the_first_feedback_of_a_statement_is_for_the_wrong_answer(made) -> None:
    assert text_of(made, "circular").feedback == ("Too short, so no.", "It is too short.")
    true = in_english("::q1::So?{TRUE#wrong#right}").questions[0].texts["en"]
    assert true.feedback == ("right", "wrong")


def test_a_word_is_asked_with_its_feedback_and_without_wildcards(made) -> None:
    word = text_of(made, "a-word")
    assert word.accepted == ("spontaneous", "5*")
    assert word.feedback == ("Yes.", "No.")


def test_a_pair_without_a_stem_is_a_choice_that_fits_none(made) -> None:
    pairs = text_of(made, "pairs")
    assert pairs.stems == ("He goes every June.", "She sells her shop.")
    assert pairs.choices == ("Circular", "Final", "Forced")


def test_items_stand_on_lines(made) -> None:
    assert text_of(made, "order").items == ("Interview", "Visit")


def test_a_word_is_missing_where_text_follows_the_answers(made) -> None:
    assert text_of(made, "q14").prompt == "The capital is _____ of the country."


def test_what_is_left_out_is_named_with_its_line(made) -> None:
    notes = notes_of(made)
    assert notes["category"] == [(2, "", "$course$/top/Default for Return")]
    assert notes["several-right"] == [(34, "Two numbers", "1, 2")]
    assert notes["relative-tolerance"] == [(36, "Percent", "5%")]
    assert notes["not-a-number"] == [(38, "No number", "long")]
    assert notes["essay"] == [(54, "Your view", "")]
    assert notes["description"] == [(56, "Now the second part.", "")]
    assert notes["braces"] == [(58, "Broken", "")]
    assert notes["several-blanks"] == [(60, "Many", "")]
    assert notes["no-right-answer"] == [(62, "Wrong", "")]
    assert notes["no-answers"] == [(64, "Alone", "")]


def test_what_is_lost_is_named_with_its_line(made) -> None:
    notes = notes_of(made)
    assert notes["markup"] == [(7, "w1-q1", "b")]
    assert notes["marks"] == [(7, "w1-q1", "50 %")]
    assert notes["tags"] == [(7, "w1-q1", "week1")]
    assert notes["key"][0] == (7, "w1-q1", "First steps")
    assert notes["other-answers"] == [(26, "A word", "voluntary (50 %)")]
    assert notes["wildcard"] == [(26, "A word", "spont*")]
    assert notes["settings"] == [(47, "order", "2 ALL VERTICAL")]
    assert (7, "w1-q1", "1/3") in notes["no-feedback"]
    assert (7, "w1-q1", "objective, difficulty") in notes["no-place"]
    assert (16, "Two of three", "") in notes["no-explanation"]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (PROMPT + "{=a ~b}", set()),
        (PROMPT + "{~%50%a ~%50%b ~%-100%c}", set()),
        (PROMPT + "{~%50%a ~%50%b ~c}", {"marks"}),
        (PROMPT + "{~%100%a ~%0%b}", {"one-right"}),
        (PROMPT + "{a ~b =c}", set()),
        (PROMPT + "{=a =a}", set()),
        (PROMPT + "{=x -> =y -> b}", {"no-pair"}),
        (PROMPT + "{= -> b}", {"no-pair"}),
        (PROMPT + "{#}", {"no-right-answer"}),
        (PROMPT + "{#=%50%3:1}", {"no-right-answer", "other-answers"}),
        (PROMPT + "{=a*}", {"no-right-answer", "wildcard"}),
        (PROMPT + "{>\nonly one\n}", {"no-answers"}),
        (PROMPT + "}{", {"braces"}),
        (PROMPT + "{=a#x =b#y}", {"feedback"}),
        ("::q1::[markdown]*Which?*{T}", {"markup"}),
        (r"::q1::Is \\\(x\\\) so?{T}", {"markup"}),
        ("::q1::" + "x" * 10_001 + "{T}", {"long-text"}),
        ("// [tag:objective:0] [tag:difficulty:odd]\n::q1::So?{T}", set()),
        ("::q1::{T}", {"no-prompt"}),
    ],
)
def test_a_question_is_noted_for(text: str, lost: set[str]) -> None:
    assert kinds(text) == lost


@pytest.mark.parametrize(
    ("answers", "number", "tolerance"),
    [
        ("#3", "3", "0"),
        ("#=3:0.1", "3", "0.1"),
        ("#2.9..3.1", "3.0", "0.1"),
        ("#-1e3:+.5", "-1000", "0.5"),
    ],
)
def test_numbers_are_written_as_a_bank_writes_them(answers, number, tolerance) -> None:
    parsed = in_english(f"{PROMPT}{{{answers}}}").questions[0]
    assert (parsed.number, parsed.tolerance) == (number, tolerance)


@pytest.mark.parametrize(
    ("tag", "choices", "right"),
    [
        ("", ("x", "y", "z"), (1, 2)),
        ("[tag:right:3-1]", ("y", "z", "x"), (3, 1)),
        ("[tag:right:9-1]", ("x", "y", "z"), (1, 2)),
        ("[tag:right:1-1]", ("x", "y", "z"), (1, 2)),
        ("[tag:right:3-odd]", ("x", "y", "z"), (1, 2)),
        ("[tag:right:1-2-3]", ("x", "y", "z"), (1, 2)),
    ],
)
def test_a_tag_says_in_which_order_choices_stood(tag, choices, right) -> None:
    parsed = in_english(f"// {tag}\n{PROMPT}{{=a -> x =b -> y = -> z}}").questions[0]
    assert (parsed.texts["en"].choices, parsed.right) == (choices, right)


def test_two_stems_may_have_one_choice() -> None:
    parsed = in_english(f"// [tag:right:2-2-1]\n{PROMPT}{{=a -> x =b -> x =c -> y}}").questions[0]
    assert (parsed.texts["en"].choices, parsed.right) == (("y", "x"), (2, 2, 1))
    twice = in_english(f"// [tag:right:2-1-1]\n{PROMPT}{{=a -> x =b -> x =c -> y}}").questions[0]
    assert (twice.texts["en"].choices, twice.right) == (("x", "y"), (1, 1, 2))


def test_a_category_may_stand_right_above_a_question() -> None:
    made = in_english("$CATEGORY: a\n::q1::So?{T}\n\n// only a comment\n")
    assert [each.key for each in made.questions] == ["q1"]
    assert notes_of(made)["category"] == [(1, "", "a")]


def test_line_ends_of_any_program_are_read() -> None:
    for end in ("\r\n", "\r", "\n"):
        made = in_english(end.join(["", "::q1::One{T}", "", "::q2::Two{}"]))
        assert notes_of(made)["essay"] == [(4, "q2", "")]


def test_a_key_has_small_letters_digits_and_hyphens() -> None:
    names = ["Été à Lomé !", "2-08 TSL", "؟؟؟", "x" * 80]
    made = in_english("\n\n".join(f"::{name}::So?{{T}}" for name in names))
    assert [each.key for each in made.questions] == ["ete-a-lome", "q2-08-tsl", "q03", "x" * 40]


def test_invisible_characters_are_taken_out() -> None:
    made = in_english("::q1::So\u202e\x07\ufdd0 it is?{T}")
    assert made.questions[0].texts["en"].prompt == "So it is?"


@pytest.mark.parametrize("piece", ["[tag:", "[id:", "[tag:\\]", "[tag:a\\"])
def test_a_comment_of_tags_that_do_not_end_is_read_in_short_steps(piece: str) -> None:
    """With a look to the end of the file for each beginning, 500,000 signs would take minutes."""
    made = in_english(f"// {piece * (500_000 // len(piece))}\n::q1::So?{{T}}")
    assert [each.key for each in made.questions] == ["q1"]


def test_a_block_may_have_many_comments() -> None:
    made = in_english("// a\n" * 200_000 + "// [id:q7]\n::q1::So?{T}")
    assert [each.key for each in made.questions] == ["q7"]


def test_a_bracket_in_a_tag_is_part_of_it() -> None:
    made = in_english("// [tag:a\\]b [c\\d]\n::q1::So?{T}")
    assert notes_of(made)["tags"] == [(2, "q1", "a]b [c\\d")]
