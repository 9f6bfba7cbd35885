"""Guided readings: what, where, how long; the course's summary; what is done."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.content.course import Course
from tests.world import RUNNING, World, sign_in

EDITION = f"/fr/editions/{RUNNING}"


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


def card(page: str, key: str) -> str:
    """Return what stands under the heading of a reading, up to its first question."""
    return page.split(f'id="b-{key}"')[1].split(f'id="b-{key}-why"', maxsplit=1)[0]


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_a_reading_says_what_it_is_and_leads_to_its_summary(awa, course: Course, language) -> None:
    base = f"/{language}/editions/{RUNNING}/documents"
    for module in course.modules[:4]:
        page = awa.get(f"{base}/{module.key}-readings").text
        for reading in module.readings:
            shown, source = card(page, reading.key), course.sources[reading.source]
            assert source.title[language] in shown
            assert source.publisher[language] in shown
            assert str(source.year) in shown
            assert reading.section[language] in shown
            assert f"{reading.minutes}\u00a0min" in shown
            assert f'href="{base}/{reading.summary.key}"' in shown
            link = reading.links.get(language)
            assert (f'href="{link}"' in shown) if link else ("https://" not in shown)


def test_a_summary_says_whose_it_is_and_leads_back_to_the_questions(awa, course: Course) -> None:
    reading = course.modules[0].readings[0]
    page = awa.get(f"{EDITION}/documents/{reading.summary.key}").text
    assert "Résumé écrit pour ce cours" in page
    assert course.sources[reading.source].title["fr"] in page
    assert f"{reading.minutes}\u00a0min" in page
    assert f'href="{EDITION}/documents/m1-readings#b-r1"' in page
    outline = page.split('<nav id="outline"')[1].split("</nav>")[0]
    assert f'href="{EDITION}/documents/m1-readings" aria-current="page"' in outline
    assert outline.count("aria-current") == 1


def test_a_summary_is_marked_as_done_beside_its_reading(awa) -> None:
    guide, summary = f"{EDITION}/documents/m1-readings", f"{EDITION}/documents/m1-summary-r2"
    for done, shown in (("1", True), ("0", False)):
        assert awa.post(f"{summary}/done", data={"done": done}).location == summary
        page = awa.get(guide).text
        assert ("item-done" in card(page, "r2")) is shown
        assert "item-done" not in card(page, "r1")


def test_a_summary_opens_with_its_module_and_has_no_stranger(awa) -> None:
    assert awa.get(f"{EDITION}/documents/m6-summary-r1").status_code == 403
    assert awa.get(f"{EDITION}/documents/m1-summary-r9").status_code == 404
    assert awa.get(f"{EDITION}/documents/m9-summary-r1").status_code == 404
    assert awa.get(f"{EDITION}/documents/work-summary-r1").status_code == 404
    assert (
        awa.post(f"{EDITION}/documents/m6-summary-r1/done", data={"done": "1"}).status_code == 404
    )


def test_the_readings_of_a_page_take_no_query_each(awa, queries) -> None:
    counts = []
    for document in ("m1-readings", "m1-summary-r1", "m2-readings"):
        awa.get(f"{EDITION}/documents/{document}")
        queries.clear()
        assert awa.get(f"{EDITION}/documents/{document}").status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1
