"""What becomes of one person's enrolment, on its page: with a reason, once, by the registrar."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.admissions.rules.states import ApplicationState
from learning.enrolment.rules import EnrolmentEvent, EnrolmentStatus
from tests.admissions.factories import change, enrolment_of, in_state
from tests.admissions.test_board import board_of
from tests.world import World, send_form, sign_in

PEOPLE = "/en/staff/editions/reintegration-running/people/"


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.mark.parametrize(
    ("event", "status", "word"),
    [
        ("close", EnrolmentStatus.NOT_COMPLETED, "Not completed"),
        ("mark_no_show", EnrolmentStatus.NO_SHOW, "No-show"),
    ],
)
def test_a_registrar_closes_with_a_reason_and_takes_it_back(
    registrar: FlaskClient, session: Session, world: World, event, status, word
) -> None:
    here = f"{PEOPLE}{world.place.uid}/{event}"
    person = f"{PEOPLE}{world.place.uid}"
    assert here in registrar.get(person).text
    refused = send_form(registrar, here, {"reason": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    form = {"reason": "Wrote in week 2.", "version": "0", "idempotency_key": "k" * 20}
    for _ in range(2):
        assert registrar.post(here, data=form).location.endswith(PEOPLE)
    session.expire_all()
    assert (world.place.status, world.place.version) == (status, 1)
    assert word in registrar.get(PEOPLE).text
    people = registrar.get(person).text
    assert word in people
    assert "Wrote in week 2." in people
    assert here not in people
    again = f"{PEOPLE}{world.place.uid}/reinstate"
    assert again in people
    assert registrar.get(here).status_code == 409
    assert send_form(registrar, again, {"reason": "A mistake."}).status_code == 303
    session.expire_all()
    assert world.place.status is EnrolmentStatus.ACTIVE


def test_an_older_page_changes_nothing_and_keeps_what_was_typed(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    world.place.version = 3
    session.commit()
    answer = registrar.post(
        f"{PEOPLE}{world.place.uid}/close", data={"reason": "Kept text", "version": "2"}
    )
    assert answer.status_code == 409
    assert "Kept text" in answer.text
    session.expire_all()
    assert world.place.status is EnrolmentStatus.ACTIVE


def test_nobody_is_closed_before_the_course_begins(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    for day in ("apply_until", "starts_on", "project_due_on", "ends_on"):
        setattr(world.running, day, getattr(world.running, day) + timedelta(days=60))
    session.commit()
    form = {"reason": "x", "version": "0"}
    answer = registrar.post(f"{PEOPLE}{world.place.uid}/mark_no_show", data=form)
    assert answer.status_code == 409
    assert "has not begun yet" in answer.text


@pytest.mark.parametrize("event", ["complete", "cancel", "enrol", "x"])
def test_other_events_have_no_page(registrar: FlaskClient, world: World, event: str) -> None:
    where = f"{PEOPLE}{world.place.uid}/{event}"
    assert registrar.get(where).status_code == 404
    assert registrar.post(where, data={"reason": "x"}).status_code == 404


@pytest.mark.parametrize("role", Role)
def test_the_page_is_for_those_who_enrol(app: Flask, session, world: World, role: Role) -> None:
    client = sign_in(app, session, world.person(role))
    status = client.get(f"{PEOPLE}{world.place.uid}/close").status_code
    may = Permission.ENROL in GRANTS[role]
    assert status == (200 if may else 303 if role is Role.VISITOR else 404)


def test_the_candidate_s_page_leads_there_and_shows_what_became(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.ENROLLED)
    page = f"{board_of(world.open)}{application.reference}"
    enrolment = enrolment_of(session, application)
    here = f"/people/{enrolment.uid}/close"
    assert here in registrar.get(page).text
    change(session, application, EnrolmentEvent.CLOSE)
    session.commit()
    shown = registrar.get(page).text
    assert here not in shown
    assert f"/people/{enrolment.uid}/reinstate" in shown
    assert "cours non achevé" in shown.lower()
    assert "decide/cancel" not in shown


def test_who_completed_or_never_came_still_reads(
    app: Flask, session: Session, world: World
) -> None:
    world.place.status = EnrolmentStatus.NO_SHOW
    session.commit()
    reader = sign_in(app, session, world.awa)
    assert reader.get("/fr/editions/reintegration-running/").status_code == 200
