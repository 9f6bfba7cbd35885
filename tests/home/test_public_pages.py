"""The page of a course, its sample lesson, and what robots and messengers read of them."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.access.permissions import TEACHING_ROLES, Role
from learning.catalogue.models import EditionStatus
from learning.content.course import ALL, Course
from tests.world import MONDAY, NOW, World, sign_in

COURSE = "/fr/courses/reintegration"


def hero_of(page: str) -> str:
    return page[page.index('class="hero course-hero') : page.index('id="file"')]


@pytest.mark.usefixtures("world")
def test_the_first_band_has_what_one_asks_first(visitor: FlaskClient) -> None:
    hero = hero_of(visitor.get(COURSE).text)
    for message in (
        "Rentrer au pays ne suffit pas",
        "980\u00a0€",
        "Candidatures jusqu’au",
        "/apply",
    ):
        assert message in hero
    assert hero.count('class="disc') == 6


@pytest.mark.usefixtures("world")
def test_the_only_course_is_the_start_page(visitor: FlaskClient) -> None:
    page = visitor.get("/fr/").text
    assert hero_of(page)
    assert '<link rel="canonical" href="http://127.0.0.1:8000/fr/courses/reintegration">' in page


def test_refunds_are_those_of_the_policy_by_date(
    visitor: FlaskClient, session: Session, world: World
) -> None:
    page = visitor.get("/en/courses/reintegration").text
    day = world.open.starts_on - timedelta(days=14)
    assert f"until {day.day} {day:%B %Y}" in page
    assert "50% refund" in page
    assert "No refund" in page
    world.open.apply_until = MONDAY - timedelta(days=1)
    session.commit()
    page = visitor.get("/en/courses/reintegration").text
    assert "No refund" not in page, "nobody can apply"
    assert 'class="bottom-bar"' not in page


def test_those_who_teach_are_named_only_if_they_agreed(
    app: Flask, visitor: FlaskClient, session: Session, world: World
) -> None:
    lead, tutor = world.person(Role.LEAD), world.person(Role.TUTOR)
    world.open.status = EditionStatus.DRAFT
    session.commit()
    team = team_on(visitor)
    assert "<bdi>" not in team
    assert re.search(r"1 personne\s*<span class=\"meta\">responsable du cours", team)
    assert agree(sign_in(app, session, lead), "1").status_code == 303
    team = team_on(visitor)
    assert re.findall("<bdi>(.+?)</bdi>", team) == [lead.name]
    assert "1 autre personne" in team
    assert tutor.name not in visitor.get(COURSE).text
    assert agree(sign_in(app, session, lead), "").status_code == 303
    assert "<bdi>" not in team_on(visitor), "who changes their mind is named no more"


def test_whose_account_is_closed_is_neither_named_nor_counted(
    visitor: FlaskClient, session: Session, world: World
) -> None:
    world.open.status = EditionStatus.DRAFT
    for role in TEACHING_ROLES:
        world.person(role).public_profile = True
        world.person(role).closed_at = NOW
    session.commit()
    assert 'id="team"' not in visitor.get(COURSE).text


def agree(client: FlaskClient, ticked: str) -> TestResponse:
    page = client.get("/fr/account/profile").text
    name = re.search(r'name="name" type="text" value="([^"]+)"', page)[1]
    version = re.search(r'name="version" value="([^"]+)"', page)[1]
    box = {"public_profile": ticked} if ticked else {}
    typed = {"name": name, "language": "fr", "zone": "UTC", "version": version}
    return client.post("/fr/account/profile", data=typed | box)


def team_on(client: FlaskClient) -> str:
    page = client.get(COURSE).text
    return page[page.index('id="team"') :].partition("</ul>")[0]


def test_a_visitor_reads_the_sample_lesson(
    app: Flask, session: Session, world: World, visitor: FlaskClient, course: Course
) -> None:
    lesson = course.lessons[course.sample_lesson]
    for language in ALL:
        page = visitor.get(f"/{language}/courses/reintegration/sample")
        assert page.status_code == 200
        assert lesson.title[language] in page.text
        assert "<form" not in page.text[page.text.index("<main") : page.text.index("</main")]
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
    assert sign_in(app, session, world.awa).get(f"{COURSE}/sample").status_code == 200
    assert visitor.get("/fr/courses/nothing/sample").status_code == 404


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "path",
    [
        "/", "/courses/reintegration", "/courses/reintegration/sample", "/help", "/contact/",
        "/account/sign-in", "/account/sign-up", "/account/password-reset",
    ],
)  # fmt: skip
def test_public_pages_say_what_they_are(visitor: FlaskClient, path: str) -> None:
    head = visitor.get(f"/es{path}").text.partition("</head>")[0]
    described = re.findall(r'<meta name="description" content="([^"]{20,})">', head)
    assert len(described) == 1
    assert "<" not in described[0]
    languages = re.findall(r'hreflang="([a-z-]+)" href="(http://127.0.0.1:8000/[^"]*)"', head)
    assert [language for language, _ in languages] == [*ALL, "x-default"]
    for _, address in languages:
        answer = visitor.get(address.removeprefix("http://127.0.0.1:8000"))
        assert answer.status_code in {200, 302}
    for name in ("og:title", "og:description", "og:url"):
        assert head.count(f'property="{name}"') == 1


def test_robots_and_monitors_are_answered(visitor: FlaskClient) -> None:
    robots = visitor.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /fr/account\n" in robots.text
    assert "Allow: /fr/account/sign-up$\n" in robots.text  # without its links, which hold tokens
    assert "/courses" not in robots.text
    head = visitor.head("/", headers={"Accept-Language": "es"})
    assert (head.status_code, head.location) == (302, "/es/")
    assert visitor.head("/nothing").status_code == 404
