"""Those of a cohort who are behind: their list, its download, and the addresses to write to."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.lessons import actions
from learning.lessons.actions import ReadingPosition
from learning.lessons.rules import Pace
from tests.lessons.test_cohort import COHORT, make_crowd, rows_of
from tests.world import NOW, World, sign_in

PEOPLE = {
    Pace.BEHIND: ["Person 0002", "Person 0003"],
    Pace.LATE: ["Person 0001"],
    Pace.ON_TIME: ["Person 0000"],
}


@pytest.fixture
def crowd(session: Session, world: World, course: Course) -> None:
    """One person on time, one a lesson behind, two who have read nothing; Awa has left."""
    make_crowd(session, world, 4)
    world.place.status = type(world.place.status)("withdrawn")
    places = session.scalars(
        select(Enrolment).where(Enrolment.id != world.place.id).order_by(Enrolment.id)
    ).all()
    past = [
        lesson.key for module in course.modules[:3] for lesson in module.lessons if lesson.texts
    ]
    for place, lessons in zip(places, (past, past[1:]), strict=False):
        for lesson in lessons:
            here = ReadingPosition(
                enrolment_id=place.id, edition_id=place.edition_id, lesson=lesson, block=None
            )
            actions.record_opened(session, here, now=NOW)
            actions.mark_done(session, here, done=True, now=NOW)
    session.commit()


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("pace", Pace)
def test_each_number_leads_to_the_people_whom_it_counts(registrar: FlaskClient, pace: Pace) -> None:
    everybody = registrar.get(COHORT).text
    link = f'href="{COHORT}?pace={pace}"><b>{len(PEOPLE[pace])}</b>'
    assert link in everybody
    page = registrar.get(f"{COHORT}?pace={pace}").text
    assert [name for name in rows_of(page) if name.startswith("Person")] == PEOPLE[pace]
    assert link.split(">", 1)[1] in page, "the numbers stay those of everybody"


@pytest.mark.usefixtures("crowd")
def test_the_download_has_the_people_who_are_listed(registrar: FlaskClient) -> None:
    answer = registrar.post(f"{COHORT}export?pace=behind", data={"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == PEOPLE[Pace.BEHIND]


@pytest.mark.usefixtures("crowd")
def test_who_may_read_addresses_can_copy_those_of_the_list(
    app: Flask, session: Session, world: World, registrar: FlaskClient
) -> None:
    listed = registrar.get(f"{COHORT}?pace=behind").text
    assert "0002@x.org, 0003@x.org</p>" in listed
    assert "0001@x.org" not in listed
    assert "@x.org" not in registrar.get(COHORT).text, "not of everybody at once"
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    page = tutor.get(f"{COHORT}?pace=behind").text
    assert "Person 0002" in page
    assert "@x.org" not in page


@pytest.mark.usefixtures("crowd")
def test_an_unknown_pace_is_no_filter_and_an_empty_one_says_so(registrar: FlaskClient) -> None:
    everybody = rows_of(registrar.get(COHORT).text)
    assert rows_of(registrar.get(f"{COHORT}?pace=king").text) == everybody
    nobody = registrar.get(f"{COHORT}?pace=late&q=0003").text
    assert "Person 0003" not in nobody
    assert "Personne ne correspond à ces mots." in nobody
