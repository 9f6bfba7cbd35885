"""What grows with the years or with the number of people is read a page or a bound at a time."""

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.accounts.queries import MAX_STAFF, staff_of
from learning.admissions.models import Application
from learning.admissions.queries import board
from learning.admissions.rules.ranking import name_key
from learning.catalogue import queries as catalogue
from learning.catalogue.models import EditionStatus
from learning.deadlines.models import Extension
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import PAGE_SIZE
from learning.tutors import queries as tutors
from tests.admissions.factories import a_person, a_sent
from tests.extension_points.rows import add_applications, add_learners, add_people
from tests.world import NOW, RUNNING, World, make_edition, sign_in

ADJUSTED = f"/en/staff/editions/{RUNNING}/deadlines/"


def add_extensions(session: Session, world: World, people: list[int]) -> None:
    add_learners(session, world.running, people, NOW)
    own = select(Enrolment.id).where(Enrolment.person_id.in_(people))
    extension = {
        "key": "m1", "until": NOW, "reason": "", "decided_at": NOW,
        "decided_by_id": world.staff[Role.LEAD].id,
    }  # fmt: skip
    session.execute(
        insert(Extension), [extension | {"enrolment_id": each} for each in session.scalars(own)]
    )
    session.commit()


def test_people_with_other_dates_are_shown_a_page_at_a_time(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    people = add_people(session, PAGE_SIZE + 1, NOW)
    add_extensions(session, world, people[:2])
    lead = sign_in(app, session, world.staff[Role.LEAD])
    lead.get(ADJUSTED)
    queries.clear()
    assert lead.get(ADJUSTED).text.count("1 extension") == 2
    statements = len(queries)
    add_extensions(session, world, people[2:])
    queries.clear()
    page = lead.get(ADJUSTED).text
    assert len(queries) == statements
    assert page.count("1 extension") == PAGE_SIZE
    last = session.scalars(
        select(Enrolment.uid)
        .join(Enrolment.person)
        .where(Person.id.in_(people))
        .order_by(Person.sort_key)
    ).all()[PAGE_SIZE - 1]
    assert f"?after={last}" in page
    rest = lead.get(f"{ADJUSTED}?after={last}").text
    assert rest.count("1 extension") == 1
    assert rest.count("?after=") == rest.count(f"?after={last}"), "no further page"


def test_of_the_staff_of_an_edition_no_more_is_read_than_anybody_grants(
    session: Session, world: World
) -> None:
    people = add_people(session, MAX_STAFF + 10, NOW)
    grants = [
        {"person_id": each, "role": Role.TUTOR, "edition_id": world.running.id, "granted_at": NOW}
        for each in people
    ]
    session.execute(insert(RoleGrant), grants)
    assert len(staff_of(session, world.running)) == MAX_STAFF
    assert len(tutors.tutors(session, world.running)) <= MAX_STAFF
    uids = session.scalars(select(Person.uid).where(Person.id.in_(people)))
    assert all(tutors.teacher(session, world.running, uid) for uid in uids)


def test_of_the_editions_of_a_course_the_latest_are_read(session: Session, world: World) -> None:
    for number in range(catalogue.MAX_EDITIONS):
        make_edition(session, f"reintegration-old-{number}", number + 60, EditionStatus.FINISHED)
    found = catalogue.editions_of(session, Actor(), world.open.course)
    assert len(found) == catalogue.MAX_EDITIONS
    assert world.open in found
    assert f"reintegration-old-{catalogue.MAX_EDITIONS - 1}" not in [each.code for each in found]


@pytest.mark.parametrize("others", [3, 30])
def test_applications_alike_are_compared_up_to_a_bound_those_of_the_person_first(
    session: Session, world: World, monkeypatch, others: int
) -> None:
    compared: list[object] = []
    monkeypatch.setattr(board, "MAX_COMPARED", 5)
    monkeypatch.setattr(board, "is_same_person", lambda *names: compared.append(names))
    person = a_person(session, "Mohamed Diallo")
    earlier_edition = make_edition(session, "reintegration-earlier", -3, EditionStatus.OPEN)
    earlier = a_sent(session, world, person, edition=earlier_edition)
    add_applications(session, world.open, add_people(session, others, NOW), NOW)
    session.execute(Application.__table__.update().values(name_key=name_key("Mohamed Diallo")))
    own = a_sent(session, world, person)
    session.refresh(own, ["person"])
    assert [each.id for each, *_ in board.other_applications(session, own)] == [earlier.id]
    assert len(compared) == min(others, 4)
