"""The spaces and marks of three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.typography import faults, typeset

CASES = [
    ("Qui ? Vous!", "Qui\u202f? Vous\u202f!"),
    ("À 14:05, voir https://x.org/a?b=1", "À 14:05, voir https://x.org/a?b=1"),
    ("Note : « Bonjour » ; oui", "Note\u00a0: «\u00a0Bonjour\u00a0»\u202f; oui"),
    ("1 234 567 € (50 %) ; n° 5", "1\u202f234\u202f567\u00a0€ (50\u00a0%)\u202f; n°\u00a05"),
    ("L'accès aujourd'hui", "L’accès aujourd’hui"),
    ("(Vraiment ?)", "(Vraiment\u202f?)"),
    ("a::b", "a::b"),
    ("page 3 : oui", "page 3\u00a0: oui"),
]


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_french_is_set(typed: str, expected: str) -> None:
    assert typeset(typed, "fr") == expected


@given(st.text(alphabet="ab '’?!:;«»0123456789 %€\u00a0\u202f()…n°", max_size=40))
def test_set_twice_is_set_once(text: str) -> None:
    for language in ("fr", "en", "es"):
        once = typeset(text, language)
        assert typeset(once, language) == once


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Il dit oui.", "fr", []),
        ("Il dit « oui » : bien ?", "fr", []),
        ("L'eau", "fr", ["straight apostrophe"]),
        ('Le "mot"', "fr", ["straight quotation mark"]),
        ("Bon...", "es", ["three dots instead of …"]),
        ("Quoi?", "fr", ["no space before ; ! or ?"]),
        ("Ainsi: oui", "fr", ["no space before :"]),
        ("«oui»", "fr", ["no space inside « »"]),
        ("Un “mot”", "fr", ["English quotation mark"]),
        ("a «word»", "en", ["French quotation mark"]),
        ("Cómo?", "es", ["no ¿ before ?"]),
        ("Hola!", "es", ["no ¡ before !"]),
        ("¿Cómo? ¡Bien!", "es", []),
        ("a  b", "en", ["double space"]),
        ("a\u202eb", "en", ["invisible control character"]),
        ("e\u0301", "en", ["not NFC"]),
    ],
)
def test_faults_of_authors_are_named(text: str, language: str, expected: list[str]) -> None:
    assert faults(text, language) == expected
