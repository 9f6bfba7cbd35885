"""The spaces and marks of three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.typography import (
    RUN_SEPARATOR,
    find_issues,
    typeset,
    typeset_runs,
    typography_issues,
)

LANGUAGES = ("fr", "en", "es")
FRENCH = [
    ("Qui ? Vous!", "Qui\u202f? Vous\u202f!"),
    ("Attention !!!", "Attention\u202f!!!"),
    ("(Vraiment ?)", "(Vraiment\u202f?)"),
    ("(?)", "(?)"),
    ("« Quoi? »", "«\u00a0Quoi\u202f?\u00a0»"),
    ("Quoi… ?", "Quoi…\u202f?"),
    ("Note : « Bonjour » ; oui", "Note\u00a0: «\u00a0Bonjour\u00a0»\u202f; oui"),
    ("«mot»", "«\u00a0mot\u00a0»"),
    ("page 3: oui", "page 3\u00a0: oui"),
    ("page 3 : oui", "page 3\u00a0: oui"),
    ("a::b", "a::b"),
    ("À 14:05, ratio 3:1", "À 14:05, ratio 3:1"),
    ("voir https://x.org/a?b=1;c !", "voir https://x.org/a?b=1;c\u202f!"),
    ("https://x.org/l'a", "https://x.org/l'a"),
    ("le code `a ? b : c`", "le code `a ? b : c`"),
    ("1 234 567 € (50 %) ; n° 5", "1\u202f234\u202f567\u00a0€ (50\u00a0%)\u202f; n°\u00a05"),
    ("en 2019 120 personnes", "en 2019 120 personnes"),
    ("sources 001 002", "sources 001 002"),
    ("+39 011 693 61 11", "+39 011 693 61 11"),
    ("à 14 h 30, 20 km, 3 °C", "à 14\u00a0h\u00a030, 20\u00a0km, 3\u00a0°C"),
    ("L'accès aujourd'hui", "L’accès aujourd’hui"),
    ("l'« eau »", "l’«\u00a0eau\u00a0»"),
    ("5'30", "5'30"),
]
OTHERS = [
    ("en", "50 % of 12 km", "50\u00a0% of 12\u00a0km"),
    ("en", "It's 1 234: why?", "It’s 1 234: why?"),
    ("es", "El 50 % de 12 000 €: ¿cómo?", "El 50\u00a0% de 12\u202f000\u00a0€: ¿cómo?"),
    ("es", "«palabra»", "«palabra»"),
]
ISSUES = [
    ("fr", "Il dit oui.", []),
    ("fr", "Il dit « oui » : bien ?", []),
    ("fr", "Il dit «\u00a0oui\u00a0»\u202f; à 14:05, voir https://x.org/a?b=1;c.", []),
    ("fr", "L'eau", ["straight apostrophe"]),
    ("fr", 'Le "mot"', ["straight quotation mark"]),
    ("fr", "Quoi?", ["no space before ; ! or ?"]),
    ("fr", "**Quoi!**", ["no space before ; ! or ?"]),
    ("fr", "Ainsi: oui", ["no space before :"]),
    ("fr", "En 2019: oui", ["no space before :"]),
    ("fr", "«oui»", ["no space inside « »"]),
    ("fr", "Un “mot”", ["English quotation mark"]),
    ("en", "Say `it's` at https://x.org/'a", []),
    ("en", "a «word»", ["French quotation mark"]),
    ("en", "a  b", ["double space"]),
    ("en", "Wait...", ["three dots instead of …"]),
    ("en", "a\u202eb", ["invisible control character"]),
    ("en", "a\u2028b", ["invisible control character"]),
    ("en", "e\u0301", ["not NFC"]),
    ("es", "¿Cómo? ¡Bien!", []),
    ("es", "Dicen que sí (?)", []),
    ("es", "Cómo?", ["no ¿ before ?"]),
    ("es", "¿Cómo? Bien?", ["no ¿ before ?"]),
    ("es", "Hola!", ["no ¡ before !"]),
    ("es", "¡Hola! Adiós!", ["no ¡ before !"]),
]
PROSE = st.text(
    alphabet=f"abh '’?!:;«»0123456789 %€\u00a0\u202f()…n°`/.,{RUN_SEPARATOR}", max_size=40
)


@pytest.mark.parametrize(("typed", "expected"), FRENCH)
def test_french_is_set(typed: str, expected: str) -> None:
    assert typeset(typed, "fr") == expected


@pytest.mark.parametrize(("language", "typed", "expected"), OTHERS)
def test_english_and_spanish_are_set_where_it_is_certain(
    language: str, typed: str, expected: str
) -> None:
    assert typeset(typed, language) == expected


@given(PROSE | st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_set_twice_is_set_once(text: str, language: str) -> None:
    once = typeset(text, language)
    assert typeset(once, language) == once


@given(st.lists(PROSE, min_size=1, max_size=6), st.sampled_from(LANGUAGES))
def test_runs_set_twice_are_set_once_and_stay_as_many(runs: list[str], language: str) -> None:
    once = typeset_runs(runs, language)
    assert len(once) == len(runs)
    assert typeset_runs(once, language) == once


def test_a_sign_belongs_to_the_word_before_it_even_across_bold() -> None:
    assert typeset_runs(["", "Oui", " : l'", "eau", "?"], "fr") == [
        "",
        "Oui",
        "\u00a0: l’",
        "eau",
        "\u202f?",
    ]
    assert typeset_runs(["", "10", " %"], "es") == ["", "10", "\u00a0%"]


@pytest.mark.parametrize(("language", "text", "expected"), ISSUES)
def test_faults_of_authors_are_named(language: str, text: str, expected: list[str]) -> None:
    assert typography_issues(text, language) == expected


def test_each_fault_has_its_place() -> None:
    text = "Bon:\nquoi? L'un\nl'autre"
    assert sorted(find_issues(text, "fr")) == [
        (3, "no space before :"),
        (9, "no space before ; ! or ?"),
        (12, "straight apostrophe"),
        (17, "straight apostrophe"),
    ]
    assert list(find_issues("né ne\u0301", "en")) == [(4, "not NFC")]


@given(PROSE | st.text())
def test_what_is_typeset_has_no_french_spacing_fault(text: str) -> None:
    spacing = {"no space before ; ! or ?", "no space before :"}
    assert not spacing & set(typography_issues(typeset(f"a{text}", "fr"), "fr"))
