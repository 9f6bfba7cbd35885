"""Names of invented people and places: one name, one person."""

from collections.abc import Sequence

import pytest

from learning.content.invented_names import (
    InventedName,
    NamedText,
    NameIssue,
    NameList,
    name_issues,
)

NADIA = InventedName(name="Nadia", modules=["m5"])
KERAM = InventedName(name="Kéram", modules=["m1", "m5"])


def text(fr: str, en: str, es: str, module: str = "m5") -> NamedText:
    by_language = {"fr": fr, "en": en, "es": es}
    return NamedText(path=f"{module}/l1.fr.md", module=module, by_language=by_language)


def found(
    texts: Sequence[NamedText],
    people: Sequence[InventedName] = (),
    places: Sequence[InventedName] = (),
    known: Sequence[str] = (),
) -> list[tuple[str, str]]:
    issues = list(name_issues(texts, NameList(people=people, places=places, known=known)))
    for issue in issues:
        assert issue.message.startswith(f"“{issue.name}” ")
    return [(each.path, each.message) for each in issues]


IN_M5 = text("Nadia attend.", "There is Nadia.", "Nadia espera.")
UNLISTED = "is in no list of names; add it, or choose another"


def test_a_listed_name_in_its_module_is_right() -> None:
    assert found([IN_M5], [NADIA]) == []


def test_a_name_that_is_not_listed_is_found() -> None:
    assert found([IN_M5]) == [("m5/l1.fr.md", f"“Nadia” {UNLISTED}")]


SIX = ("Abel", "Blaise", "Denise", "Fatou", "Sira", "Yaw")


def test_issues_of_a_text_come_in_order_of_the_alphabet() -> None:
    """Six names: a set has them in this order once in 720 times."""
    words = " et ".join(reversed(SIX))
    both = text(words, words, words)
    assert [message for _, message in found([both])] == [f"“{name}” {UNLISTED}" for name in SIX]
    away = [InventedName(name=name, modules=["m6"]) for name in SIX]
    away_text = text(words, words, words, module="m6")
    assert [message for _, message in found([both, away_text], away)] == [
        f"“{name}” is somebody or a place of m6; choose another" for name in SIX
    ]


def test_modules_without_a_listed_name_come_in_order() -> None:
    everywhere = InventedName(name="Nadia", modules=["m6", "m4", "m3", "m5", "m2", "m1"])
    assert [message for _, message in found([IN_M5], [everywhere])] == [
        f"“Nadia” is not in {module}" for module in ("m1", "m2", "m3", "m4", "m6")
    ]


@pytest.mark.parametrize(
    ("fr", "en", "es"),
    [
        ("Le préfet", "The prefect", "El prefecto"),  # words of one language each
        ("Il est à Paris", "He is in London", "Está en Roma"),
        ("le nadia", "nadia", "nadia"),  # no capital
        ("L’OIM et l’ONU", "The OIM, the ONU", "La OIM y la ONU"),  # initials
        ("A1 B2", "A1 B2", "A1 B2"),
        ("Nadia", "Nadia", "ella"),  # in two languages only: a word, for all one knows
    ],
)
def test_what_is_no_name(fr: str, en: str, es: str) -> None:
    assert found([text(fr, en, es)]) == []


@pytest.mark.parametrize(
    "words",
    [
        ("l’histoire de Leïla", "Leila’s story", "la historia de Leila"),
        ("d’Ousmane", "Ousmane’s", "a Ousmane"),
        ("Jean-Pierre", "Jean-Pierre", "Jean-Pierre"),
    ],
)
def test_a_name_has_accents_possessives_and_hyphens(words: tuple[str, str, str]) -> None:
    assert len(found([text(*words)])) == 1
    name = {"l": "Leila", "d": "Ousmane", "J": "Jean-Pierre"}[words[0][0]]
    assert found([text(*words)], known=[name]) == []


def test_a_person_in_another_module_is_found() -> None:
    other = text("Nadia part.", "Nadia leaves.", "Nadia se va.", module="m6")
    assert found([IN_M5, other], [NADIA]) == [
        ("m6/l1.fr.md", "“Nadia” is somebody or a place of m5; choose another")
    ]


def test_a_person_may_belong_to_several_modules() -> None:
    other = text("Nadia part.", "Nadia leaves.", "Nadia se va.", module="m6")
    both = InventedName(name="Nadia", modules=["m5", "m6"])
    assert found([IN_M5, other], [both]) == []


def test_a_place_in_another_module_is_found() -> None:
    there = text("À Kéram", "In Kéram", "En Kéram", module="m2")
    here = [text("À Kéram", "In Kéram", "En Kéram", module=each) for each in KERAM.modules]
    assert found([*here, there], places=[KERAM]) == [
        ("m2/l1.fr.md", "“Kéram” is somebody or a place of m1, m5; choose another")
    ]


def test_a_person_whom_a_translation_calls_something_else_is_found() -> None:
    renamed = text("Nadia attend.", "Nadine waits.", "Espera ella.")
    assert found([renamed], [NADIA]) == [("m5/l1.fr.md", "“Nadia” is not in “en”, “es”")]


def test_the_name_is_shown_as_the_first_language_writes_it() -> None:
    leila = InventedName(name="Leila", modules=["m5"])
    assert found([text("Leïla", "Leila", "ella")], [leila]) == [
        ("m5/l1.fr.md", "“Leïla” is not in “es”")
    ]


def test_a_listed_person_whom_no_text_has_is_found() -> None:
    absent = InventedName(name="Yaw", modules=["m6", "m5"])
    assert found([IN_M5], [NADIA, absent]) == [
        ("", "“Yaw” is not in m5"),
        ("", "“Yaw” is not in m6"),
    ]


def test_a_known_name_need_not_be_used() -> None:
    assert found([IN_M5], [NADIA], known=["Ghana"]) == []


@pytest.mark.parametrize(
    ("people", "known"),
    [
        ([NADIA, InventedName(name="Nadia", modules=["m5"])], []),
        ([NADIA], ["Nadia"]),
    ],
)
def test_one_name_stands_once_in_the_list(people, known) -> None:
    assert found([IN_M5], people, known=known) == [("", "“Nadia” stands there twice")]


def test_the_same_name_with_other_accents_stands_twice() -> None:
    twins = [InventedName(name=name, modules=["m5"]) for name in ("Leïla", "Leila")]
    issues = found([text("Leïla", "Leila", "Leila")], twins)
    assert issues == [("", "“Leïla” stands there twice"), ("", "“Leila” stands there twice")]


def test_a_name_of_several_words_is_read_as_one() -> None:
    santa_rosa = text("À Santa Rosa", "In Santa Rosa", "En Santa Rosa", module="m4")
    rosa = InventedName(name="Rosa", modules=["m6"])
    here = text("Rosa", "Rosa", "Rosa", module="m6")
    assert found([santa_rosa, here], [rosa], known=["Santa Rosa"]) == []
    assert found([santa_rosa, here], [rosa], known=["Santa"]) == [
        ("m4/l1.fr.md", "“Rosa” is somebody or a place of m6; choose another")
    ]


def test_an_invented_place_may_have_several_words() -> None:
    place = InventedName(name="Villa Nadia", modules=["m4"])
    there = text("À Villa Nadia", "In Villa Nadia", "En Villa Nadia", module="m4")
    assert found([there, IN_M5], [NADIA], [place]) == []


def test_the_words_around_a_name_of_several_words_stay_apart() -> None:
    words = "Nadia Santa Rosa Abel"
    names = [NADIA, InventedName(name="Abel", modules=["m5"])]
    assert found([text(words, words, words)], names, known=["Santa Rosa"]) == []


def test_a_name_that_the_first_language_lacks_is_found() -> None:
    assert found([text("Elle attend.", "Nadia waits.", "Nadia espera.")], [NADIA]) == [
        ("m5/l1.fr.md", "“Nadia” is not in “fr”")
    ]


def test_an_unlisted_name_is_shown_as_the_first_language_writes_it() -> None:
    assert found([text("Leïla", "Leila", "Leila")]) == [("m5/l1.fr.md", f"“Leïla” {UNLISTED}")]


def test_an_issue_says_where_it_is() -> None:
    issue = next(name_issues([IN_M5], NameList(people=[], places=[], known=[])))
    assert issue == NameIssue(path="m5/l1.fr.md", name="Nadia", message=f"“Nadia” {UNLISTED}")
