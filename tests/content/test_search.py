"""The same words find the same places on both databases."""

import pytest
from sqlalchemy.orm import Session

from learning.content.course import Course
from learning.content.search import MOST_FOUND, excerpt, find, index_course

OPEN = ["m1", "m2", "m3", "m4"]
EXPECTED = [
    ("fr", "mecanisme de coordination", ("term", "coordination-mechanism")),
    ("fr", "mécanismes coordinations", ("term", "coordination-mechanism")),
    ("fr", "consentement", ("term", "informed-consent")),
    ("fr", "georgie", ("lesson", "m4-l4")),
    ("fr", "GEORG", ("lesson", "m4-l4")),
    ("es", "derivacion", ("term", "referral")),
    ("es", "consentimiento", ("term", "informed-consent")),
    ("en", "referrals", ("term", "referral")),
    ("en", "puebla", ("lesson", "m4-l5")),
]


@pytest.mark.parametrize(("language", "query", "first"), EXPECTED)
def test_accents_and_plurals_do_not_matter(
    session: Session, course: Course, language, query, first
) -> None:
    found = find(session, course, query, language, OPEN)
    assert (found[0].kind, found[0].key) == first


# Counted once and held on SQLite and on PostgreSQL alike.
COUNTS = [
    ("fr", "appui", 14),
    ("fr", "autorite locale", 10),
    ("en", "support", 16),
    ("es", "apoyo", 17),
]


@pytest.mark.parametrize(("language", "query", "count"), COUNTS)
def test_both_databases_find_as_much(
    session: Session, course: Course, language, query, count
) -> None:
    assert len(find(session, course, query, language, OPEN)) == count


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "AND (",
        "NEAR(",
        "*",
        '"',
        'a"b OR',
        "' ; DROP",
        "\x00",
        "le la les",
        ":*",
        "!",
        "x" * 200,
    ],
)
def test_syntax_of_databases_is_never_reached(session: Session, course: Course, query: str) -> None:
    assert len(find(session, course, query, "fr", OPEN)) <= MOST_FOUND


def test_lessons_that_are_not_open_are_not_found(session: Session, course: Course) -> None:
    found = find(session, course, "georgie", "fr", ["m1", "m2"])
    assert found == []


def test_another_language_is_not_searched(session: Session, course: Course) -> None:
    assert find(session, course, "stakeholders", "fr", OPEN) == []


def test_an_unchanged_course_is_not_indexed_again(session: Session, course: Course) -> None:
    assert not index_course(session, course)


def test_words_are_marked_and_the_rest_is_text() -> None:
    cut = excerpt("<b>Les</b> mécanismes sont là", "mecanisme", "fr")
    assert cut == "&lt;b&gt;Les&lt;/b&gt; <mark>mécanismes</mark> sont là"
    long = excerpt("mot " * 100 + "Géorgie " + "fin " * 100, "georgie", "fr")
    assert long.startswith("… ")
    assert "<mark>Géorgie</mark>" in long
    assert long.endswith("…")
