"""This week, search, the desk."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.catalogue.models import EditionStatus
from tests.world import MONDAY, RUNNING, World, sign_in


def test_this_week_names_one_next_step(app: Flask, session: Session, world: World) -> None:
    page = sign_in(app, session, world.awa).get("/fr/this-week").text
    assert "Semaine 4 sur 6" in page
    assert "Qui revient, et comment" in page
    assert "Commencer cette leçon" in page
    assert page.count('aria-current="step"') == 1


def test_somebody_without_a_course_is_shown_the_way(
    app: Flask, session: Session, world: World
) -> None:
    page = sign_in(app, session, world.stranger).get("/es/this-week").text
    assert "Todavía no está inscrito" in page
    assert 'href="/es/"' in page


def test_before_the_first_day_and_after_the_last(
    app: Flask, session: Session, world: World
) -> None:
    awa = sign_in(app, session, world.awa)
    world.running.starts_on = MONDAY + timedelta(weeks=2)
    world.running.ends_on = world.running.project_due_on = MONDAY + timedelta(weeks=8)
    session.commit()
    assert "Commence le" in awa.get("/fr/this-week").text
    world.running.starts_on = MONDAY - timedelta(weeks=20)
    world.running.apply_until = MONDAY - timedelta(weeks=21)
    world.running.ends_on = world.running.project_due_on = MONDAY - timedelta(weeks=14)
    world.running.status = EditionStatus.FINISHED
    session.commit()
    page = awa.get("/fr/this-week").text
    assert "Le cours s’est terminé" in page
    assert "Qui revient, et comment" in page, "a finished course stays open to its people"


def test_staff_are_sent_to_their_desk(app: Flask, session: Session, world: World) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert registrar.get("/fr/this-week").location == "/fr/desk/"


def test_a_sponsor_is_not_sent_to_a_desk_that_is_closed_to_them(
    app: Flask, session: Session, world: World
) -> None:
    sponsor = sign_in(app, session, world.staff[Role.SPONSOR])
    page = sponsor.get("/fr/this-week")
    assert page.status_code == 200
    assert 'href="/fr/desk/"' not in page.text
    assert 'href="/fr/this-week"' in page.text


@pytest.mark.parametrize(
    ("role", "sees", "not_sees"),
    [
        (Role.TUTOR, "Progression du groupe", "Journal d’audit"),
        (Role.EXPERT, "Cours", "Progression du groupe"),
        (Role.REGISTRAR, "Personnes", "Journal d’audit"),
        (Role.AUDITOR, "Journal d’audit", "Progression du groupe"),
        (Role.ADMINISTRATOR, "Journal d’audit", "Personnes</a>"),
    ],
)
def test_the_desk_shows_each_role_its_own(app, session, world: World, role, sees, not_sees) -> None:
    page = sign_in(app, session, world.staff[role]).get("/fr/desk/").text
    assert sees in page
    assert not_sees not in page


def test_a_tutor_sees_only_the_editions_they_teach(app, session, world: World) -> None:
    page = sign_in(app, session, world.staff[Role.TUTOR]).get("/fr/desk/").text
    assert RUNNING in page
    assert world.open.code not in page


def test_search_finds_marks_and_leads_to_the_section(app, session, world: World) -> None:
    awa = sign_in(app, session, world.awa)
    page = awa.get("/fr/search?q=consentement").text
    assert "<mark>consentement</mark>" in page
    assert f'href="/fr/editions/{RUNNING}/lessons/m4-l5#b-consent"' in page
    assert "Rien n’a été trouvé" in awa.get("/fr/search?q=xyzzy").text
    long = awa.get("/fr/search", query_string={"q": "é" * 201})
    assert long.status_code == 422
    assert "200 caractères" in long.text


def test_what_was_searched_is_text(app, session, world: World) -> None:
    page = sign_in(app, session, world.awa).get("/fr/search?q=<script>alert(1)</script>").text
    assert "<script>alert" not in page


def test_the_glossary_is_in_the_order_of_the_language(app, session, world: World) -> None:
    awa = sign_in(app, session, world.awa)
    french = awa.get(f"/fr/editions/{RUNNING}/glossary").text
    assert (
        french.index("appropriation locale")
        < french.index("évaluation des besoins")
        < french.index("travail décent")
    )


def test_what_was_found_is_shown_in_pages(app, session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    first = client.get("/fr/search?q=migrant").text
    assert "<mark>" in first
    assert 'rel="prev"' not in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(onward[1])).text
    assert 'rel="prev"' in second
    titles = re.compile(r'<li>\s*<a href="([^"]+)"')
    assert len(titles.findall(first)) == 20
    assert not set(titles.findall(first)) & set(titles.findall(second))
    assert client.get("/fr/search?q=migrant&from=99999").status_code == 200


def test_this_week_takes_three_statements(app, session, world: World, queries: list[str]) -> None:
    """Who reads; all their editions and their place in each; what they have done."""
    awa = sign_in(app, session, world.awa)
    awa.get("/fr/this-week")
    queries.clear()
    assert awa.get("/fr/this-week").status_code == 200
    assert len(queries) == 3
