"""Numbers of the assessment read out of sentences, and those that are left alone."""

import pytest

from learning.content.number_words import NUMBER_WORDS
from learning.content.stated_numbers import read_numbers


def read(text: str, language: str = "en", home: str = "", *, lesson: bool = False):
    found = read_numbers(text, language, home, lesson=lesson)
    return [(each.line, each.fact, each.value) for each in found]


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_every_number_below_a_hundred_has_words(language: str) -> None:
    assert set(NUMBER_WORDS[language].values()) == set(range(1, 100))


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [
        ("fr", "soixante et onze", 71),
        ("fr", "soixante-douze", 72),
        ("fr", "quatre-vingts", 80),
        ("fr", "quatre-vingt-onze", 91),
        ("fr", "vingt et une", 21),
        ("en", "ninety-nine", 99),
        ("en", "once", 1),
        ("es", "once", 11),
        ("es", "veintidós", 22),
        ("es", "setenta y dos", 72),
    ],
)
def test_numbers_in_words(language: str, words: str, number: int) -> None:
    assert NUMBER_WORDS[language][words] == number


@pytest.mark.parametrize(
    ("language", "text", "home", "expected"),
    [
        ("fr", "Une page vous reste soixante-douze heures.", "peer", ("peer.review_hours", 72)),
        ("es", "Es suya durante setenta y dos horas.", "peer", ("peer.review_hours", 72)),
        ("en", "It is yours for 72 hours.", "peer", ("peer.review_hours", 72)),
        ("en", "You need **65%** to pass.", "project", ("project.pass_percent", 65)),
        ("fr", "Il faut 65\u202f% pour réussir.", "peer", ("peer.pass_percent", 65)),
        ("en", "The pass mark of a quiz\nis high: at least 80%.", "", ("quiz.pass_percent", 80)),
        ("en", "THE BEST OF TWO ATTEMPTS COUNTS IN A QUIZ.", "", ("quiz.attempts", 2)),
    ],
)
def test_a_number_among_its_words_is_read(language, text, home, expected) -> None:
    assert [each[1:] for each in read(text, language, home)] == [expected]


def test_the_nearer_subject_has_the_number() -> None:
    text = "A quiz passes from 70%, and the final project from 60%."
    assert [each[1:] for each in read(text)] == [
        ("quiz.pass_percent", 70),
        ("project.pass_percent", 60),
    ]


def test_lines_are_counted_through_lists_tables_and_wrapped_sentences() -> None:
    text = "{#a}\n- All six quizzes\n  have at least 70%.\n- One.\n\n| Quiz | three attempts |\n"
    assert read(text) == [
        (2, "quizzes", 6),
        (3, "quiz.pass_percent", 70),
        (6, "quiz.attempts", 3),
    ]


@pytest.mark.parametrize(
    ("language", "text", "home"),
    [
        ("en", "At least 70% of returnees have debts.", ""),
        ("en", "You need 60% to pass.", ""),
        ("en", "The quiz. At least 70% of returnees have debts.", ""),
        ("fr", "Les sessions durent six semaines sur place, dit la séance.", ""),
        ("es", "La sesión trata de seis semanas de trabajo.", ""),
        ("en", "A comment of at least 1,400 words.", "peer"),
        ("fr", "Un commentaire de 1\u202f400 mots au moins.", "peer"),
        ("en", "A page of at least several words.", "peer"),
        ("en", "The peers’ page received fewer than three visits.", ""),
        ("en", "A quiz. ", "peer"),
    ],
)
def test_what_speaks_of_something_else_is_left_alone(language, text, home) -> None:
    assert read(text, language, home) == []


def test_a_lesson_is_read_where_it_speaks_of_the_course() -> None:
    text = "Our quiz asked returnees: at least 70% answered."
    assert read(text, lesson=True) == []
    assert read("For the certificate, a quiz needs at least 70%.", lesson=True) == [
        (1, "quiz.pass_percent", 70)
    ]
