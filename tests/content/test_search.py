"""The same words find the same places on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from learning.content.course import Course, Kind
from learning.content.excerpts import excerpt
from learning.content.models import SearchEntry
from learning.content.search import index_course
from learning.content.search_queries import find_entries, load_hits, parse_query
from learning.kit.search import tokens, words

OPEN = ["m1", "m2", "m3", "m4"]
EXPECTED = [
    ("fr", "mecanisme de coordination", ("term", "coordination-mechanism")),
    ("fr", "mécanismes coordinations", ("term", "coordination-mechanism")),
    ("fr", "consentement", ("term", "informed-consent")),
    ("fr", "georgie", ("document", "m4-summary-r2")),
    ("fr", "GEORG", ("document", "m4-summary-r2")),
    ("es", "derivacion", ("term", "referral")),
    ("es", "consentimiento", ("term", "informed-consent")),
    ("en", "referrals", ("term", "referral")),
    ("en", "puebla", ("document", "m4-summary-r3")),
]


@pytest.mark.parametrize(("language", "query", "first"), EXPECTED)
def test_accents_and_plurals_do_not_matter(
    session: Session, course: Course, language, query, first
) -> None:
    found = search(session, course, query, language)
    assert (found[0].kind, found[0].key) == first


def search(session: Session, course: Course, typed: str, language: str, modules=OPEN):
    """Return everything that is found, as it is shown."""
    search_query = parse_query(typed, language)
    return load_hits(
        session,
        search_query,
        [entry.id for entry in find_entries(session, course, search_query, modules)],
    )


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
        if entry.module and entry.module not in OPEN:
            continue
        if set(whole) <= have and any(word.startswith((last, begun)) for word in have):
            found.add((entry.key, entry.block))
    return found


@pytest.mark.parametrize(("language", "query"), QUERIES)
def test_the_index_finds_what_reading_word_by_word_finds(
    session: Session, course: Course, language: str, query: str
) -> None:
    found = {(each.key, each.block) for each in search(session, course, query, language)}
    assert found == by_hand(session, query, language)
    assert len(found) > 3


def keys(found) -> list[tuple[str, str, str]]:
    return [(each.kind, each.key, each.block) for each in found]


@pytest.mark.parametrize(
    ("language", "query", "same"),
    [
        ("fr", "droit de", "droit"),
        ("fr", "droit de la", "droit"),
        ("fr", "le droit d’", "droit"),
        ("en", "the right of", "right"),
        ("es", "derecho de los", "derecho"),
    ],
)
def test_a_stop_word_begins_nothing(
    session: Session, course: Course, language, query, same
) -> None:
    found = keys(search(session, course, query, language))
    assert found == keys(search(session, course, same, language))
    assert found


ENGLISH = [
    "right", "social", "return", "migrant", "a", "the", "of", "local", "authority", "plan",
    "psychosocial", "work", "reintegration", "m", "con",
]  # fmt: skip


@given(st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=15), st.sampled_from(ENGLISH))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_more_words_never_find_more(session, course, typed, more) -> None:
    few = set(all_found(session, course, " ".join(typed)))
    many = set(all_found(session, course, " ".join([*typed, more])))
    assert many <= few or not few


def all_found(session: Session, course: Course, query: str) -> list[int]:
    return [each.id for each in find_entries(session, course, parse_query(query, "en"), OPEN)]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("page de mon dossier", ("document", "m1-page")),
        ("travail final", ("document", "work-project")),
        ("lectures guidées", ("document", "m1-readings")),
    ],
)
def test_what_stands_beside_the_lessons_is_found(session, course, query, place) -> None:
    found = [each[:2] for each in keys(search(session, course, query, "fr"))]
    assert place in found


def test_nothing_for_teachers_is_found(session: Session, course: Course) -> None:
    entries = session.scalars(select(SearchEntry).where(SearchEntry.kind == "document")).all()
    assert not {entry.key for entry in entries} & {"work-strong", "work-weak"}
    hidden = [
        block.plain
        for module in course.modules
        for document in module.documents.values()
        for text in document.texts.values()
        for block in text.blocks
        if block.kind is Kind.EXPERTS
    ]
    assert len(hidden) > 3
    bodies = " ".join(entry.body for entry in entries)
    assert not [plain for plain in hidden if plain in bodies]


def test_documents_of_closed_modules_are_not_found(session: Session, course: Course) -> None:
    found = keys(search(session, course, "page de mon dossier", "fr", ["m1"]))
    assert {key[:2] for kind, key, _ in found if kind == "document"} <= {"m1", "wo"}


def test_a_search_takes_as_many_queries_whatever_it_finds(session, course, queries) -> None:
    counts = []
    for query in ("puebla", "migrant"):
        queries.clear()
        search(session, course, query, "en")
        counts.append(len(queries))
    assert counts == [2, 2]


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
    assert isinstance(search(session, course, query, "fr"), list)


def test_lessons_that_are_not_open_are_not_found(session: Session, course: Course) -> None:
    keys = {each.key[:2] for each in search(session, course, "georgie", "fr", ["m1", "m3"])}
    assert keys == {"m1"}


def test_another_language_is_not_searched(session: Session, course: Course) -> None:
    assert search(session, course, "stakeholders", "fr") == []


def test_an_unchanged_course_is_not_indexed_again(session: Session, course: Course) -> None:
    assert not index_course(session, course)


def test_postgresql_makes_no_vector_during_a_search(session: Session, course: Course) -> None:
    if session.get_bind().dialect.name == "sqlite":
        return  # FTS5 is the only way to MATCH
    seen: list[str] = []

    def explain(_c, cursor, statement, parameters, *_: object) -> None:
        if "to_tsquery" in statement and "EXPLAIN" not in statement:
            cursor.execute(f"EXPLAIN {statement}", parameters)
            seen.extend(row[0] for row in cursor.fetchall())

    event.listen(session.get_bind().engine, "before_cursor_execute", explain)
    find_entries(session, course, parse_query("puebla", "en"), OPEN)
    event.remove(session.get_bind().engine, "before_cursor_execute", explain)
    assert seen
    assert not [line for line in seen if "to_tsvector" in line]


def test_a_course_is_indexed_again_when_words_are_cut_another_way(
    session: Session, course: Course, monkeypatch
) -> None:
    monkeypatch.setattr("learning.content.search.index_version", lambda: "another")
    assert index_course(session, course)
    assert not index_course(session, course)


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_what_is_found_in_a_text_is_marked_in_its_excerpt(session, course, language) -> None:
    for typed in ("migrant", "retour", "travail", "retorno", "work", "policies", "x"):
        for found in search(session, course, typed, language)[:40]:
            stems = set(tokens(typed, language))
            inside = any(
                stems & set(tokens(piece, language))
                for piece in found_body(session, found, language)
            )
            assert ("<mark>" in found.excerpt) >= inside, (typed, found.key, found.excerpt)


def found_body(session: Session, found, language: str) -> list[str]:
    body = session.scalar(
        select(SearchEntry.body).where(
            SearchEntry.key == found.key,
            SearchEntry.block == found.block,
            SearchEntry.language == language,
        )
    )
    return str(body).split(" ")


def test_words_are_marked_and_the_rest_is_text() -> None:
    cut = excerpt("<b>Les</b> mécanismes sont là", ["mecan"], "mecanisme", "fr")
    assert cut == "&lt;b&gt;Les&lt;/b&gt; <mark>mécanismes</mark> sont là"
    long = excerpt("mot " * 100 + "Géorgie " + "fin " * 100, ["georg"], "georgie", "fr")
    assert long.startswith("… ")
    assert "<mark>Géorgie</mark>" in long
    assert long.endswith("…")
