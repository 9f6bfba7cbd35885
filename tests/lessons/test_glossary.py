"""The glossary's page: its filter, the other languages, sources and the lessons that use a term."""

import re
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.content.course import Course
from tests.html_rules import HtmlIssues
from tests.world import RUNNING, World, sign_in

EDITION = f"/fr/editions/{RUNNING}"
GLOSSARY = f"{EDITION}/glossary"
MAX_BYTES, MAX_COMPRESSED = 120_000, 25_000


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


def terms(page: str) -> list[str]:
    return re.findall(r'<dt id="term-([a-z0-9-]+)"', page)


def entry(page: str, key: str) -> str:
    """Return the HTML of an entry."""
    return page.split(f'id="term-{key}"')[1].split("</div>", maxsplit=1)[0]


def test_every_letter_of_the_page_can_be_reached(awa: FlaskClient) -> None:
    page = awa.get(GLOSSARY).text
    letters = re.findall(r'<a href="#(letter-\w)">', page)
    assert "letter-d" in letters
    assert letters == re.findall(r'data-part id="(letter-\w)"', page)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("DIASPORA", "diaspora"),
        ("devolucion", "non-refoulement"),
        ("labour-intensive", "labour-intensive-works"),
        ("Prestation", "social-protection"),
    ],
)
def test_a_term_is_found_in_every_language_and_by_its_definition(
    awa: FlaskClient, typed: str, key: str
) -> None:
    found = terms(awa.get(GLOSSARY, query_string={"q": typed}).text)
    assert key in found
    assert "avrr" not in found


def test_a_filter_without_a_match_says_so(awa: FlaskClient) -> None:
    page = awa.get(f"{GLOSSARY}?q=xyzzy").text
    assert "Aucun terme ne correspond" in page
    assert "Documents cités" not in page


def test_an_entry_shows_the_other_languages_and_says_which(awa: FlaskClient) -> None:
    shown = entry(awa.get(GLOSSARY).text, "non-refoulement")
    assert '<span lang="en">non-refoulement</span>' in shown
    assert '<span lang="es">no devolución</span>' in shown
    assert 'lang="fr"' not in shown


def test_an_entry_leads_to_its_source_and_names_the_article(awa: FlaskClient) -> None:
    page = awa.get(GLOSSARY).text
    link = '<a href="#source-palermo-2000">Protocole de Palerme, 2000</a>, article 3'
    assert link in entry(page, "trafficking-in-persons")
    assert 'id="source-palermo-2000"' in page


def test_only_what_the_shown_terms_rest_on_is_listed(awa: FlaskClient, course: Course) -> None:
    page = awa.get(GLOSSARY).text
    assert set(re.findall(r'id="source-([a-z0-9-]+)"', page)) == {
        term.source for term in course.terms.values()
    }
    found = awa.get(f"{GLOSSARY}?q=devolucion").text
    assert re.findall(r'id="source-([a-z0-9-]+)"', found) == ["refugee-1951"]


def test_an_entry_leads_to_the_paragraphs_that_use_it(awa: FlaskClient) -> None:
    shown = entry(awa.get(GLOSSARY).text, "non-refoulement")
    links = re.findall(r'<a href="(lessons/[^"]*)">([^<]*)<', shown)
    assert links == [("lessons/m1-l2#b-counselling-2", "1.2"), ("lessons/m1-l5#b-bind-list", "1.5")]
    for path, _ in links:
        address = urljoin(GLOSSARY, path)
        assert f'id="{address.split("#")[1]}"' in awa.get(address).text


def test_a_term_that_no_lesson_links_to_promises_none(awa: FlaskClient, course: Course) -> None:
    unused = course.terms.keys() - {
        key for lesson in course.lessons.values() for key in lesson.texts["fr"].terms
    }
    page = awa.get(GLOSSARY).text
    for key in course.terms:
        shown = entry(page, key)
        assert ("<summary>Source</summary>" in shown) == (key in unused), key
        assert ('"lessons/' in shown) == (key not in unused), key


def test_all_terms_cost_the_statements_of_one(awa: FlaskClient, queries: list[str]) -> None:
    counts = []
    for address in (GLOSSARY, f"{GLOSSARY}?q=devolucion"):
        awa.get(address)
        queries.clear()
        page = awa.get(address).text
        counts.append((len(queries), len(terms(page))))
    (all_queries, all_terms), (one_query, one_term) = counts
    assert all_terms > 100 > one_term
    assert all_queries == one_query


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_whole_glossary_is_sound_and_small(awa: FlaskClient, language: str) -> None:
    address = f"/{language}/editions/{RUNNING}/glossary"
    page = awa.get(address).data
    assert HtmlIssues(page.decode()).issues == set()
    assert len(page) < MAX_BYTES
    compressed = awa.get(address, headers={"Accept-Encoding": "br"})
    assert compressed.headers["Content-Encoding"] == "br"
    assert len(compressed.data) < MAX_COMPRESSED
