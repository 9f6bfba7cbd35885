"""The same words find the same places on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.course import Course
from learning.content.models import SearchEntry
from learning.content.search import MOST_FOUND, excerpt, find, index_course
from learning.kit.search import tokens, words

OPEN = ["m1", "m2", "m3", "m4"]
EXPECTED = [
    ("fr", "mecanisme de coordination", ("term", "coordination-mechanism")),
    ("fr", "mécanismes coordinations", ("term", "coordination-mechanism")),
    ("fr", "consentement", ("term", "informed-consent")),
    ("fr", "georgie", ("lesson", "m1-l3")),
    ("fr", "GEORG", ("lesson", "m1-l3")),
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


QUERIES = [
    ("fr", "appui structurel"),
    ("fr", "autorite locale"),
    ("en", "georgia"),
    ("es", "remesa"),
    ("en", "workshop"),
]


def by_hand(session: Session, query: str, language: str) -> set[tuple[str, str]]:
    """Return what a search must find, worked out word by word without any index."""
    *whole, last = tokens(query, language)
    begun = words(query)[-1]
    found = set()
    for entry in session.scalars(select(SearchEntry).where(SearchEntry.language == language)):
        have = set(entry.tokens.split())
        if entry.kind == "lesson" and entry.key[:2] not in OPEN:
            continue
        if set(whole) <= have and any(word.startswith((last, begun)) for word in have):
            found.add((entry.key, entry.block))
    return found


@pytest.mark.parametrize(("language", "query"), QUERIES)
def test_the_index_finds_what_reading_word_by_word_finds(
    session: Session, course: Course, language: str, query: str
) -> None:
    found = {(each.key, each.block) for each in find(session, course, query, language, OPEN)}
    assert found == by_hand(session, query, language)
    assert len(found) > 3


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
    keys = {each.key[:2] for each in find(session, course, "georgie", "fr", ["m1", "m3"])}
    assert keys == {"m1"}


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
