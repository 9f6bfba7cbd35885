"""Lists of people, a page at a time: what they cost, what they show."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.lessons import actions
from learning.lessons.actions import Place
from learning.lessons.models import LessonProgress
from tests.world import NOW, World, sign_in

EDITION = "/fr/editions/reintegration-running"
LESSON = f"{EDITION}/lessons/m4-l1"


def make_crowd(session: Session, world: World, count: int) -> None:
    """Enrol many people at once, each with one lesson begun."""
    names = [f"Person {number:04}" for number in range(count)]
    people = [
        {
            "email": f"{name.split()[1]}@x.org",
            "name": name,
            "sort_key": name.lower(),
            "joined_at": NOW,
        }
        for name in names
    ]
    ids = session.scalars(insert(Person).returning(Person.id), people).all()
    places = [
        {"person_id": person, "edition_id": world.running.id, "enrolled_at": NOW} for person in ids
    ]
    enrolled = session.scalars(insert(Enrolment).returning(Enrolment.id), places).all()
    begun = [{"enrolment_id": place, "lesson": "m4-l1", "opened_at": NOW} for place in enrolled]
    session.execute(insert(LessonProgress), begun)
    session.commit()


def test_pages_cost_the_same_for_one_person_and_for_a_thousand(
    app: Flask, session: Session, world: World, course: Course, queries: list[str]
) -> None:
    """Queries: lesson 6, course home 8 at most (each takes 3); none more with people in cohorts."""
    del course
    awa, tutor = sign_in(app, session, world.awa), sign_in(app, session, world.staff[Role.TUTOR])
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    cohort = "/fr/desk/editions/reintegration-running/progress/"
    pages = [
        (awa, LESSON, 6),
        (awa, EDITION + "/", 8),
        (awa, "/fr/this-week", 8),
        (tutor, cohort, 6),
        (registrar, "/fr/desk/editions/reintegration-running/people/", 5),
        (registrar, "/fr/desk/people/", 3),
    ]
    awa.get(LESSON)

    def costs() -> list[int]:
        counts = []
        for client, address, _ in pages:
            queries.clear()
            assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    few = costs()
    assert all(cost <= most for cost, (_, _, most) in zip(few, pages, strict=True)), few
    make_crowd(session, world, 1000)
    assert costs() == few


COHORT = "/fr/desk/editions/reintegration-running/progress/"
PEOPLE = "/fr/desk/editions/reintegration-running/people/"


def rows_of(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<a [^>]*>)?<bdi>([^<]*)</bdi>', page)


@pytest.mark.parametrize("address", [COHORT, PEOPLE])
def test_people_are_shown_a_page_at_a_time_each_once(
    app: Flask, session: Session, world: World, address: str
) -> None:
    """Two of them share a name, on either side of a page's end."""
    make_crowd(session, world, 120)
    twins = session.scalars(
        select(Person).where(Person.sort_key.in_(("person 0047", "person 0048")))
    )
    for twin in twins:
        twin.sort_key = "person 0047"
    session.commit()
    registrar, seen, sizes = sign_in(app, session, world.staff[Role.REGISTRAR]), [], []
    onward: str | None = address
    while onward and len(sizes) < 9:
        page = registrar.get(onward).text
        seen += rows_of(page)
        sizes.append(len(page))
        link = re.search(r'<a class="button quiet" href="([^"]*after=[0-9]+)"', page)
        onward = html.unescape(link[1]) if link else None
    mine = select(Person.name).join(Enrolment).where(Enrolment.edition_id == world.running.id)
    assert sorted(seen) == sorted(session.scalars(mine))
    assert len(sizes) == 3
    assert max(sizes) < 130_000


@pytest.mark.parametrize("address", [COHORT, PEOPLE])
def test_the_search_stays_while_paging(
    app: Flask, session: Session, world: World, address: str
) -> None:
    make_crowd(session, world, 120)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    first = registrar.get(f"{address}?q=Person").text
    assert "q=Person&amp;after=" in first
    assert rows_of(registrar.get(f"{address}?q=0077").text) == ["Person 0077"]
    nobody = registrar.get(f"{address}?q=zzz").text
    assert "Personne ne correspond à ces mots." in nobody
    assert 'value="zzz"' in nobody


def test_what_stands_below_the_cohort_counts_everybody(
    app: Flask, session: Session, world: World
) -> None:
    make_crowd(session, world, 120)
    crowd = session.scalars(select(Enrolment.id).where(Enrolment.edition_id == world.running.id))
    for place in list(crowd)[:70]:
        actions.mark_done(session, Place(enrolment_id=place, lesson="m4-l1"), done=True, now=NOW)
    session.commit()
    page = sign_in(app, session, world.staff[Role.TUTOR]).get(COHORT).text
    assert '<td class="cell num">70</td>' in page
