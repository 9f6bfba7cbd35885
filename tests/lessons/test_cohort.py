"""Lists of people, a page at a time: what they cost, what they show."""

import csv
import html
import io
import re

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.audit.models import AuditEntry
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.lessons import actions
from learning.lessons.actions import ReadingPosition
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
    here = {"edition_id": world.running.id, "lesson": "m4-l1", "opened_at": NOW}
    begun = [{"enrolment_id": place} | here for place in enrolled]
    session.execute(insert(LessonProgress), begun)
    session.commit()


def test_pages_cost_the_same_for_one_person_and_for_a_thousand(
    app: Flask, session: Session, world: World, course: Course, queries: list[str]
) -> None:
    """Queries: lesson 6, course home 8 at most (each takes 3); none more with people in cohorts."""
    del course
    awa, tutor = sign_in(app, session, world.awa), sign_in(app, session, world.staff[Role.TUTOR])
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    cohort = "/fr/staff/editions/reintegration-running/progress/"
    pages = [
        (awa, LESSON, 6),
        (awa, EDITION + "/", 8),
        (awa, "/fr/this-week", 8),
        (tutor, cohort, 6),
        (registrar, "/fr/staff/editions/reintegration-running/people/", 6),
        (registrar, "/fr/staff/people/", 4),
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
    assert all(cost <= limit for cost, (_, _, limit) in zip(few, pages, strict=True)), few
    make_crowd(session, world, 1000)
    assert costs() == few


COHORT = "/fr/staff/editions/reintegration-running/progress/"
PEOPLE = "/fr/staff/editions/reintegration-running/people/"


def rows_of(page: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*>(?:<b>|<a [^>]*>)*<bdi>([^<]*)</bdi>', page)


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
        next_link = r'rel="next" href="([^"]*)"|secondary" href="([^"]*after=[0-9a-f]{16})"'
        link = re.search(next_link, page)
        onward = html.unescape(link[1] or link[2]) if link else None
    mine = select(Person.name).join(Enrolment).where(Enrolment.edition_id == world.running.id)
    assert sorted(seen) == sorted(session.scalars(mine))
    assert len(sizes) == 3
    assert max(sizes) < 120_000


@pytest.mark.parametrize("address", [COHORT, PEOPLE])
def test_the_search_stays_while_paging(
    app: Flask, session: Session, world: World, address: str
) -> None:
    make_crowd(session, world, 120)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    first = registrar.get(f"{address}?q=Person").text
    assert "q=Person&amp;from=50" in first or "from=50&amp;q=Person" in first
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
        position = ReadingPosition(enrolment_id=place, edition_id=world.running.id, lesson="m4-l1")
        actions.mark_done(session, position, done=True, now=NOW)
    session.commit()
    page = sign_in(app, session, world.staff[Role.TUTOR]).get(COHORT).text
    assert '<td class="square num">70</td>' in page


def test_who_is_most_behind_comes_first(app: Flask, session: Session, world: World) -> None:
    """In week 4 the lessons of three weeks are over; who has read them is on time."""
    make_crowd(session, world, 2)
    places = session.scalars(
        select(Enrolment.id)
        .join(Enrolment.person)
        .where(Enrolment.edition_id == world.running.id)
        .order_by(Person.sort_key)
    ).all()
    lessons = [f"m{module}-l{lesson}" for module in (1, 2, 3) for lesson in range(1, 6)]
    for place, count in zip(places, (len(lessons), 0, len(lessons) - 1), strict=True):
        for lesson in lessons[:count]:
            position = ReadingPosition(
                enrolment_id=place, edition_id=world.running.id, lesson=lesson
            )
            actions.mark_done(session, position, done=True, now=NOW)
    session.commit()
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    page = tutor.get(COHORT.replace("/fr/", "/en/")).text
    assert rows_of(page) == ["Person 0000", "Person 0001", "Awa Koné"]
    for heading in ("Behind by a week or more · 1", "A little late · 1", "On time · 1"):
        assert heading in page
    by_name = tutor.get(f"{COHORT}?order=name").text
    assert rows_of(by_name) == ["Awa Koné", "Person 0000", "Person 0001"]
    for wrong in ("?order=x", "?from=-3", "?from=99999999999", "?module=m9"):
        assert tutor.get(COHORT + wrong).status_code == 200


def test_another_module_is_opened_by_its_number(app: Flask, session: Session, world: World):
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    assert ">4.1</abbr>" in tutor.get(COHORT).text
    first = tutor.get(f"{COHORT}?module=m1").text
    assert ">1.1</abbr>" in first
    assert ">4.1</abbr>" not in first


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_whole_cohort_is_downloaded(
    app: Flask, session: Session, world: World, kind: str
) -> None:
    make_crowd(session, world, 60)
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    answer = tutor.post(f"{COHORT}export", data={"format": kind})
    assert answer.status_code == 200
    assert f"progression-{world.running.code}.{kind}" in answer.headers["Content-Disposition"]
    if kind == "csv":
        lines = list(csv.reader(io.StringIO(answer.data.decode()[1:]), delimiter=";"))
    else:
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        lines = list(book.active.iter_rows(values_only=True))
    assert len(lines) == 62
    assert tuple(lines[0][:2]) == ("Nom", "Institution")
    row = session.scalar(select(AuditEntry).where(AuditEntry.action == "progress exported"))
    assert '"people": 61' in row.detail
