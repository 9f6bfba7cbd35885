"""The list of an edition's people: filtered, sorted, counted, with tutor and last activity."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.accounts.models import Person
from learning.enrolment.models import Enrolment, EnrolmentTransition
from learning.enrolment.rules import EnrolmentEvent, EnrolmentStatus
from learning.lessons.models import LearnerState
from learning.participants.commands import enrol_person
from learning.tutors.models import TutorAssignment
from tests.world import NOW, World, make_person, sign_in

PEOPLE = "/en/staff/editions/reintegration-running/people/"


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.fixture
def crowd(session: Session, world: World) -> list[Enrolment]:
    """Ana (Spanish, tutor, active yesterday), Bo (English, left), Chi (French, active today)."""
    crowd = []
    for number, (name, language) in enumerate([("Ana", "es"), ("Bo", "en"), ("Chi", "fr")]):
        person = make_person(session, name)
        person.language = language
        place = enrol_person(session, world.running, person, by=None, now=NOW)
        place.enrolled_at = NOW + timedelta(days=number)
        crowd.append(place)
    ana, bo, chi = crowd
    bo.status = EnrolmentStatus.WITHDRAWN
    tutor = world.staff[Role.TUTOR]
    for place, days in ((ana, 1), (chi, 0)):
        seen = NOW - timedelta(days=days)
        session.add(
            LearnerState(enrolment_id=place.id, edition_id=place.edition_id, last_seen_at=seen)
        )
    session.add(
        TutorAssignment(
            enrolment_id=ana.id, edition_id=ana.edition_id, tutor_id=tutor.id, assigned_at=NOW
        )
    )
    history = EnrolmentTransition.enrolment_id == world.place.id
    session.execute(delete(EnrolmentTransition).where(history))
    session.delete(world.place)
    session.commit()
    return crowd


def names(client: FlaskClient, query: str) -> list[str]:
    page = client.get(f"{PEOPLE}?{query}")
    assert page.status_code == 200
    return re.findall(r"data-row><bdi>([^<]*)</bdi>", page.text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ana", "Bo", "Chi"]),
        ("sort=-name", ["Chi", "Bo", "Ana"]),
        ("sort=-enrolled", ["Chi", "Bo", "Ana"]),
        ("sort=enrolled", ["Ana", "Bo", "Chi"]),
        ("sort=active", ["Bo", "Ana", "Chi"]),
        ("sort=-active", ["Chi", "Ana", "Bo"]),
        ("sort=nonsense", ["Ana", "Bo", "Chi"]),
        ("state=withdrawn", ["Bo"]),
        ("state=active", ["Ana", "Chi"]),
        ("language=es", ["Ana"]),
        ("language=es&language=fr", ["Ana", "Chi"]),
        ("language=xx", ["Ana", "Bo", "Chi"]),
        ("tutor=none", ["Bo", "Chi"]),
        ("tutor=none&state=active", ["Chi"]),
        ("method=application", []),
        ("q=chi", ["Chi"]),
        ("q=chi&language=es", []),
    ],
)
def test_filters_and_order(registrar: FlaskClient, crowd, query: str, found: list[str]) -> None:
    del crowd
    assert names(registrar, query) == found


def test_a_tutor_is_a_filter_and_stands_in_the_row(registrar, crowd, world: World) -> None:
    del crowd
    tutor = world.staff[Role.TUTOR]
    assert names(registrar, f"tutor={tutor.uid}") == ["Ana"]
    assert names(registrar, f"tutor={tutor.uid}&tutor=none") == ["Ana", "Bo", "Chi"]
    page = registrar.get(PEOPLE).text
    assert page.count(f"<bdi>{tutor.name}</bdi>") == 1
    assert page.count("no tutor") == 1, "Chi has none; who left needs none"


def test_the_tabs_add_up_and_keep_the_filters(registrar: FlaskClient, crowd) -> None:
    del crowd
    tab = r'<a href="([^"]*)"[^>]*>([^<]+) <span class="num">(\d+)</span></a>'
    tabs = re.findall(tab, registrar.get(f"{PEOPLE}?language=en&language=es").text)
    assert [(title, count) for _, title, count in tabs] == [
        ("All", "2"),
        ("Active", "1"),
        ("Withdrawn", "1"),
    ]
    assert "state=withdrawn" in tabs[2][0]
    assert "language=en" in tabs[2][0]


def test_choices_say_how_many_they_would_leave(registrar: FlaskClient, crowd) -> None:
    del crowd
    page = registrar.get(f"{PEOPLE}?state=active").text
    choice = r'name="language" value="(\w+)"[^>]*> [^<]+ <span class="num">(\d+)</span>'
    assert re.findall(choice, page) == [("fr", "1"), ("es", "1")]


def test_the_addresses_are_those_of_the_filtered_people(registrar, session, crowd) -> None:
    page = registrar.get(f"{PEOPLE}?state=active").text
    ana, _, chi = (session.get_one(Person, place.person_id) for place in crowd)
    assert f'<p id="addresses">{ana.email}, {chi.email}</p>' in page


def test_the_download_has_the_filtered_people_with_tutor_and_activity(
    registrar: FlaskClient, crowd, world: World
) -> None:
    del crowd
    answer = registrar.post(f"{PEOPLE}export?language=es", data={"format": "csv"})
    lines = answer.get_data(as_text=True).splitlines()
    assert len(lines) == 2
    assert "Ana" in lines[1]
    assert world.staff[Role.TUTOR].name in lines[1]
    assert (NOW - timedelta(days=1)).date().isoformat() in lines[1]


def test_the_page_of_one_person_says_what_happened_and_what_can_be_done(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    page = registrar.get(f"{PEOPLE}{world.place.uid}").text
    assert f"mailto:{world.awa.email}" in page
    for event in (EnrolmentEvent.CLOSE, EnrolmentEvent.MARK_NO_SHOW):
        assert f"{world.place.uid}/{event}" in page
    assert f"{world.place.uid}/withdraw" in page
    world.place.status = EnrolmentStatus.WITHDRAWN
    session.commit()
    page = registrar.get(f"{PEOPLE}{world.place.uid}").text
    assert "Change the enrolment" not in page


@pytest.mark.parametrize("role", Role)
def test_who_reads_enrolments_reads_the_page_of_one_and_changes_nothing(
    app: Flask, session: Session, world: World, role: Role
) -> None:
    client = sign_in(app, session, world.person(role))
    answer = client.get(f"{PEOPLE}{world.place.uid}")
    may_read = Permission.READ_ENROLMENTS in GRANTS[role]
    assert answer.status_code == (200 if may_read else 303 if role is Role.VISITOR else 404)
    may_change = Permission.ENROL in GRANTS[role]
    assert (f"{world.place.uid}/withdraw" in answer.text) is may_change


def test_a_person_of_another_edition_has_no_page_here(registrar, session, world: World) -> None:
    stranger = session.get_one(Person, world.stranger.id)
    place = enrol_person(session, world.open, stranger, by=None, now=NOW)
    session.commit()
    assert registrar.get(f"{PEOPLE}{place.uid}").status_code == 404
