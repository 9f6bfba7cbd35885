"""Words as search sees them."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.search import tokens, words

CASES = [
    ("fr", "evaluation", "L'évaluation de la qualité"),
    ("fr", "évaluations", "L’évaluation"),
    ("fr", "ecole", "l'école et les élèves"),
    ("fr", "eleve", "les élèves"),
    ("fr", "qualite", "la qualité des services"),
    ("fr", "coeur", "au cœur"),
    ("fr", "oeuvre", "mettre en œuvre"),
    ("fr", "aujourd'hui", "formations aujourd’hui"),
    ("fr", "donnees", "données JSON-LD"),
    ("fr", "l'information", "services d'information"),
    ("fr", "mecanismes d’orientation", "un mécanisme d’orientation"),
    ("es", "formacion", "La formación de los evaluadores"),
    ("es", "evaluaciones", "la evaluación"),
    ("es", "accion", "acción acciones"),
    ("es", "pinguino", "el pingüino"),
    ("es", "ano", "año"),
    ("en", "evaluate", "Evaluating the quality"),
    ("en", "stakeholder", "stakeholders’ concerns"),
    ("en", "istanbul", "İSTANBUL"),
    ("fr", "suffirent", "ils suﬃrent"),
    ("es", "ninos", "el nin\u0303o"),
]


@pytest.mark.parametrize(("language", "query", "text"), CASES)
def test_accents_plurals_and_elisions_do_not_matter(language: str, query: str, text: str) -> None:
    assert set(tokens(query, language)) <= set(tokens(text, language))


@given(st.text(max_size=60), st.sampled_from(["fr", "en", "es"]))
def test_whatever_is_typed_gives_harmless_stems(text: str, language: str) -> None:
    assert all(token.isalnum() for token in tokens(text, language))


@given(st.text(max_size=60))
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"évaluations{number} participants{number}" for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: tokens(text, "fr"), texts))
    assert found == [tokens(text, "fr") for text in texts]


@pytest.mark.parametrize("text", ["", "AND (", "NEAR(", "*", 'a"b', "\x00", "'", "le la les"])
def test_syntax_of_databases_is_not_a_word(text: str) -> None:
    assert set(tokens(text, "fr")) <= {"and", "near"}
