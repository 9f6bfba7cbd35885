"""A guesser who knows nothing gains by a sign exactly as much as the sign reveals."""

from pathlib import Path

import pytest

from learning.content.activity_types import Difficulty, Question, QuestionText, QuestionType
from learning.content.course_reader import load_course
from learning.content.guesser import (
    CHECKS,
    all_scores,
    bank_items,
    check_items,
    learned_score,
    sign_scores,
)
from learning.content.surface_signs import SIGNS, ChoiceItem
from tests.content.course_files import ROOT, write_course


def item(
    options: list[str], right: int | set[int], stem: str = "", language: str = "en"
) -> ChoiceItem:
    numbers = frozenset({right} if isinstance(right, int) else right)
    return ChoiceItem(key="q", language=language, stem=stem, options=options, right=numbers)


def gain(sign: str, *items: ChoiceItem) -> float:
    return next(s.above_chance for s in sign_scores(items) if s.sign == sign)


@pytest.mark.parametrize(
    ("sign", "options", "shown"),
    [
        ("length", ["a", "abc"], [1, 3]),
        ("punctuation", ["one, two: three", "one"], [2, 0]),
        ("specific", ["12 people", "some people", "in Dakar"], [1, 0, 1]),
        ("repeats the question", ["the counsellors", "the ministers"], [1, 0]),
        ("other beginning", ["to write", "to call", "a visit"], [-2, -2, -1]),
        ("absolute", ["always write", "write"], [1, 0]),
        ("reason", ["write because it helps", "write"], [1, 0]),
        ("hedge", ["it may help", "it helps"], [1, 0]),
        ("negation", ["do not write", "write"], [1, 0]),
        ("position 2", ["a", "b", "c"], [0, 1, 0]),
    ],
)
def test_each_sign_says_how_much_of_it_an_option_has(
    sign: str, options: list[str], shown: list[float]
) -> None:
    stem = "What should a counsellor do?"
    assert list(SIGNS[sign](item(options, 1, stem))) == shown


@pytest.mark.parametrize(
    ("language", "with_reason", "absolute"),
    [
        ("fr", "écrire, puisqu’il le faut", "ne jamais écrire"),
        ("en", "write, since one must", "never write"),
        ("es", "escribir, ya que hace falta", "no escribir jamás"),
    ],
)
def test_words_are_those_of_the_language(language: str, with_reason: str, absolute: str) -> None:
    both = item([with_reason, absolute], 1, language=language)
    assert list(SIGNS["reason"](both)) == [1, 0]
    assert list(SIGNS["absolute"](both)) == [0, 1]


def test_an_option_that_resembles_the_others_is_found() -> None:
    options = ["write to the ministry", "write to the embassy", "call the ministry today", "wait"]
    values = SIGNS["resembles the others"](item(options, 1))
    assert max(range(4), key=lambda n: values[n]) == 0


def test_who_takes_the_longest_wins_where_it_is_right_and_loses_where_it_is_not() -> None:
    won, lost = item(["a", "bb", "ccc", "dddd"], 4), item(["a", "bb", "ccc", "dddd"], 1)
    assert gain("most length", won) == 0.75
    assert gain("most length", lost) == -0.25
    assert gain("most length", won, lost) == 0.25
    assert gain("least length", won, lost) == 0.25


def test_who_finds_no_difference_has_what_chance_gives() -> None:
    assert gain("most length", item(["aa", "bb", "cc"], 2)) == pytest.approx(0)


def test_several_right_options_count_in_parts() -> None:
    assert gain("most length", item(["a", "bb", "ccc", "dddd"], {3, 4})) == 0.5
    assert gain("most length", item(["a", "bb", "ccc", "dddd"], {1, 4})) == 0
    assert gain("most absolute", item(["all", "b", "c", "d"], {1, 2})) == pytest.approx(1 / 6)


def question(kind: QuestionType, right: list[int], **text: object) -> Question:
    prompt = QuestionText(prompt="Always so?", explain="", feedback=(), **text)  # type: ignore[arg-type]
    return Question(
        key="q01",
        type=kind,
        lesson="l1",
        objective=1,
        difficulty=Difficulty.EASY,
        right=right,
        texts={"en": prompt},
    )


def test_a_statement_is_shown_to_be_false_by_its_absolute_word() -> None:
    (statement,) = bank_items([question(QuestionType.TRUE_FALSE, [2])], "en")
    assert gain("least absolute", statement) == 0.5


def test_each_gap_of_a_text_is_chosen_by_itself() -> None:
    cloze = question(QuestionType.CLOZE, [2, 1], text="{1} {2}", gaps=(("a", "b"), ("c", "d", "e")))
    assert [(i.key, i.right) for i in bank_items([cloze], "en")] == [
        ("q01/1", {2}),
        ("q01/2", {1}),
    ]


@pytest.mark.parametrize("kind", [QuestionType.NUMERIC, QuestionType.TEXT, QuestionType.ORDERING])
def test_what_is_not_chosen_gives_a_guesser_nothing(kind: QuestionType) -> None:
    assert bank_items([question(kind, [])], "en") == []


def test_somebody_who_learned_one_bank_answers_another_of_the_same_habit() -> None:
    lengths = [["a", "bbbb", "cccccccc"], ["dddd", "e", "ffffffff"], ["gggggggg", "hhhh", "i"]]
    habit = [item(options, n) for n, options in enumerate(lengths, 1)]
    assert learned_score({"m1": habit, "m2": habit}).above_chance == pytest.approx(2 / 3)
    fair = [item(["a", "bb", "ccc"], 1 + n % 3) for n in range(9)]
    assert learned_score({"m1": fair, "m2": fair}).above_chance < 0.05


def test_the_right_answer_of_a_check_is_the_one_of_its_file(tmp_path: Path) -> None:
    course = load_course(write_course(tmp_path / "course"))
    items = list(check_items(course.modules, "en"))
    assert items
    assert {(tuple(item.options), item.right) for item in items} == {
        (("A.", "C.", "E."), frozenset({2}))
    }


def test_no_bank_of_the_course_can_be_answered_by_its_surface() -> None:
    modules = load_course(ROOT / "courses/reintegration").modules
    scores = list(all_scores(modules))
    assert len({each.part for each in scores}) == len(modules) + 2
    found = [each for each in scores if each.score.revealing and each.part != CHECKS]
    assert [(part, language, score.sign) for part, language, score in found] == []


def test_the_right_answers_of_the_checks_stand_at_no_usual_place() -> None:
    scores = all_scores(load_course(ROOT / "courses/reintegration").modules)
    found = [s for part, _, s in scores if part == CHECKS and s.revealing and "position" in s.sign]
    assert [score.sign for score in found] == []
