"""This week, search, the staff area."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.catalogue.models import EditionStatus
from learning.extension_points.page_lines import PageKind
from tests.world import MONDAY, RUNNING, World, sign_in


def test_this_week_names_one_next_step(app: Flask, session: Session, world: World) -> None:
    page = sign_in(app, session, world.awa).get("/fr/this-week").text
    assert "Semaine 4 sur 6" in page
    assert "Qui revient, et comment" in page
    assert "Commencer la leçon" in page
    assert page.count('aria-current="step"') == 1, "the week; the lesson is of an earlier one"
    assert "C’est le travail d’une semaine passée." in page
    assert "Reste des semaines passées" in page


def test_somebody_without_a_course_is_shown_the_way(
    app: Flask, session: Session, world: World
) -> None:
    stranger = sign_in(app, session, world.stranger)
    assert stranger.get("/en/this-week").location == "/en/applications/"
    page = stranger.get("/en/applications/").text
    assert "My application" in page
    assert "This week" not in page
    assert 'href="/en/"' in page


def test_before_the_first_day_and_after_the_last(
    app: Flask, session: Session, world: World
) -> None:
    awa = sign_in(app, session, world.awa)
    world.running.starts_on = MONDAY + timedelta(weeks=2)
    world.running.ends_on = world.running.project_due_on = MONDAY + timedelta(weeks=8)
    session.commit()
    assert "Le cours commence dans" in awa.get("/fr/this-week").text
    world.running.starts_on = MONDAY - timedelta(weeks=20)
    world.running.apply_until = MONDAY - timedelta(weeks=21)
    world.running.ends_on = world.running.project_due_on = MONDAY - timedelta(weeks=14)
    world.running.status = EditionStatus.FINISHED
    session.commit()
    page = awa.get("/fr/this-week").text
    assert "Le cours est terminé" in page
    assert "Qui revient, et comment" in page, "a finished course stays open to its people"


def test_staff_are_sent_to_their_staff_area(app: Flask, session: Session, world: World) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert registrar.get("/fr/this-week").location == "/fr/staff/"


def test_somebody_without_a_role_is_not_sent_to_a_staff_area_that_is_closed_to_them(
    app: Flask, session: Session, world: World
) -> None:
    stranger = sign_in(app, session, world.stranger)
    page = stranger.get("/fr/this-week", follow_redirects=True)
    assert page.status_code == 200
    assert 'href="/fr/staff/"' not in page.text
    assert 'href="/fr/applications/"' in page.text


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("", '"page">Staff area'),
        ("people/", '"page">People'),
        ("editions/reintegration-running/people/", '"true">Staff area'),
        ("jobs/", '"true">Staff area'),
    ],
)
def test_the_navigation_says_which_part_of_the_staff_area_a_page_is_in(
    app: Flask, session: Session, world: World, path: str, current: str
) -> None:
    page = sign_in(app, session, world.staff[Role.ADMINISTRATOR]).get(f"/en/staff/{path}").text
    main = page.split('class="site-nav"')[1].split('class="lang"')[0]
    assert main.count("aria-current") == 1
    assert f"aria-current={current}" in main


@pytest.mark.parametrize(
    ("role", "sees", "not_sees"),
    [
        (Role.TUTOR, "Progression</a>", "Journal d’audit"),
        (Role.EXPERT, "Candidatures</a>", "Progression</a>"),
        (Role.LEAD, "Progression</a>", "Journal d’audit"),
        (Role.REGISTRAR, "Personnes", "Journal d’audit"),
        (Role.AUDITOR, "Journal d’audit", "Progression</a>"),
        (Role.ADMINISTRATOR, "Journal d’audit", "Candidatures</a>"),
    ],
)
def test_the_staff_area_shows_each_role_its_own(
    app, session, world: World, role, sees, not_sees
) -> None:
    page = sign_in(app, session, world.staff[role]).get("/fr/staff/").text
    assert sees in page
    assert not_sees not in page


def test_a_tutor_sees_only_the_editions_they_teach(app, session, world: World) -> None:
    page = sign_in(app, session, world.staff[Role.TUTOR]).get("/fr/staff/").text
    assert RUNNING in page
    assert world.open.code not in page


def test_search_finds_marks_and_leads_to_the_section(app, session, world: World) -> None:
    awa = sign_in(app, session, world.awa)
    page = awa.get("/fr/search?q=consentement").text
    assert "<mark>consentement</mark>" in page
    assert f'href="/fr/editions/{RUNNING}/lessons/m4-l5#b-consent"' in page
    assert "Aucun résultat" in awa.get("/fr/search?q=xyzzy").text
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
        french.index("appropriation locale</dt>")
        < french.index("évaluation des besoins</dt>")
        < french.index("travail décent</dt>")
    )


def test_what_was_found_is_shown_in_pages(app, session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    first = client.get("/fr/search?q=migrant").text
    assert "<mark>" in first
    assert 'rel="prev"' not in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(onward[1])).text
    assert 'rel="prev"' in second
    titles = re.compile(r'<li><svg.+?</svg><a href="([^"]+)"', re.DOTALL)
    assert len(titles.findall(first)) == 20
    assert not set(titles.findall(first)) & set(titles.findall(second))
    assert client.get("/fr/search?q=migrant&from=99999").status_code == 200


def test_what_was_found_is_filtered_by_kind_with_numbers(app, session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    page = client.get("/fr/search?q=migrant").text
    numbers = [
        int(n)
        for n in re.findall(r'(?:Tout|Leçons|Documents|Glossaire) <span class="num">(\d+)', page)
    ]
    assert numbers[0] == sum(numbers[1:])
    assert len(numbers) == 4
    terms = client.get("/fr/search?q=migrant&kind=term").text
    assert "/glossary#term-" in terms
    assert "/lessons/m" not in terms.split('class="items"')[1].split("</ul>")[0]
    assert client.get("/fr/search?q=migrant&kind=x").text.count("<mark>") == page.count("<mark>")


def test_this_week_takes_three_statements_of_its_own(
    app, session, world: World, queries: list[str]
) -> None:
    """Who reads; all their editions and their place in each; what they have done.

    One more is run by each package that has dates for them, or lines on the page.
    """
    awa = sign_in(app, session, world.awa)
    awa.get("/fr/this-week")
    queries.clear()
    assert awa.get("/fr/this-week").status_code == 200
    points = app.extensions["extension_points"]
    assert len(queries) == 3 + len(points.due) + len(points.page_lines[PageKind.WEEK])
