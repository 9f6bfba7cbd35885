"""Seats: what frees one offers it, what takes one is refused where none is left."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person, RoleGrant
from learning.admissions.models import Offer
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.stages import participation
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.enrolment import seats
from learning.enrolment.invariants import overfull
from learning.enrolment.models import Enrolment, ReservationKind, SeatReservation
from learning.enrolment.rules import EnrolmentEvent, EnrolmentStatus
from learning.enrolment.seats import Reservation
from learning.kit.errors import RuleViolation
from learning.kit.i18n import i18n_for
from learning.kit.labels import message_in
from learning.mail.models import OutgoingEmail
from learning.participants import commands
from learning.participants.commands import enrol, enrol_person
from learning.wiring import LABELS
from tests.admissions.factories import (
    NOW,
    a_draft,
    a_person,
    act,
    broken,
    in_state,
    resize,
    stage_of,
)
from tests.world import World, edition_form, send_form, sign_in


def test_a_larger_edition_offers_its_seats_to_who_waits(session: Session, world: World) -> None:
    world.open.capacity = 1
    in_state(session, world, ApplicationState.ENROLLED)
    queue = [in_state(session, world, ApplicationState.WAITLISTED) for _ in range(3)]
    resize(session, world.open, 3, by=world.staff[Role.REGISTRAR].id)
    offered = [
        offer.application_id for offer in application_queries.open_offers(session, world.open.id)
    ]
    assert offered == [queue[0].id, queue[1].id]
    letters = select(func.count()).where(OutgoingEmail.kind == "admissions.offer")
    assert session.scalar(letters) == 2


def test_there_are_never_fewer_places_than_are_taken(session: Session, world: World) -> None:
    in_state(session, world, ApplicationState.ENROLLED)
    in_state(session, world, ApplicationState.ACCEPTED)
    enrol_person(session, world.open, a_person(session), by=None, now=NOW)
    world.open.capacity = 3
    in_state(session, world, ApplicationState.WAITLISTED)
    resize(session, world.open, 4, by=world.staff[Role.REGISTRAR].id)  # and one is offered
    with pytest.raises(RuleViolation) as refused, session.begin_nested():
        resize(session, world.open, 3, by=world.staff[Role.REGISTRAR].id)
    assert message_in(LABELS, refused.value, i18n_for("en")).startswith("4 places are taken")
    assert refused.value.field == "capacity"


def test_a_place_that_was_applied_for_is_cancelled_by_its_application(
    session: Session, world: World
) -> None:
    world.open.capacity = 1
    enrolled = in_state(session, world, ApplicationState.ENROLLED)
    next_one = in_state(session, world, ApplicationState.WAITLISTED)
    place = session.get_one(Enrolment, enrolled.enrolment_id)
    registrar = world.staff[Role.REGISTRAR].id
    with pytest.raises(RuleViolation, match="by_application"):
        commands.withdraw(session, place, by=registrar, now=NOW)
    with pytest.raises(RuleViolation, match="reason"):
        act(session, world, enrolled, ApplicationEvent.CANCEL, reason=" ")
    act(session, world, enrolled, ApplicationEvent.CANCEL, reason="Asked by telephone.")
    assert (stage_of(session, enrolled), place.status) == (
        Stage.CANCELLED,
        EnrolmentStatus.CANCELLED,
    )
    assert enrolled.state is ApplicationState.ENROLLED, (
        "what became of it is the enrolment's business"
    )
    ((ended, _),) = participation(session, enrolled)
    assert (ended.event, ended.reason) == (EnrolmentEvent.CANCEL, "Asked by telephone.")
    letters = select(func.count()).where(OutgoingEmail.kind == "admissions.cancelled")
    assert session.scalar(letters) == 1
    (offer,) = application_queries.open_offers(session, world.open.id)
    assert offer.application_id == next_one.id


def test_a_place_given_by_hand_is_offered_on_when_it_is_withdrawn(
    session: Session, world: World
) -> None:
    world.open.capacity = 1
    place = enrol_person(session, world.open, a_person(session), by=None, now=NOW)
    next_one = in_state(session, world, ApplicationState.WAITLISTED)
    commands.withdraw(session, place, by=world.staff[Role.REGISTRAR].id, now=NOW)
    (offer,) = application_queries.open_offers(session, world.open.id)
    assert offer.application_id == next_one.id


def test_nobody_takes_two_seats(session: Session, world: World) -> None:
    registrar = world.staff[Role.REGISTRAR].id
    accepted = in_state(session, world, ApplicationState.ACCEPTED)
    person = session.get_one(Person, accepted.person_id)
    new = NewPerson(email=person.email, name=person.name)
    with pytest.raises(RuleViolation, match="applied"):
        enrol(session, world.open, new, by=registrar, now=NOW)
    declined = in_state(session, world, ApplicationState.DECLINED)
    again = session.get_one(Person, declined.person_id)
    enrol_person(session, world.open, again, by=None, now=NOW)
    with pytest.raises(RuleViolation, match="elsewhere"):
        act(session, world, declined, ApplicationEvent.REOPEN)
    draft = a_draft(session, world)
    enrol_person(session, world.open, session.get_one(Person, draft.person_id), by=None, now=NOW)
    with pytest.raises(RuleViolation, match="enrolled"):
        act(session, world, draft, ApplicationEvent.SUBMIT)


def test_an_application_is_not_opened_again_beside_a_newer_one(
    session: Session, world: World
) -> None:
    declined = in_state(session, world, ApplicationState.DECLINED)
    in_state(
        session, world, ApplicationState.SUBMITTED, session.get_one(Person, declined.person_id)
    )
    with pytest.raises(RuleViolation, match="elsewhere"):
        act(session, world, declined, ApplicationEvent.REOPEN)


def test_the_health_checks_name_what_does_not_fit(session: Session, world: World) -> None:
    assert (broken(session), overfull(session)) == ([], [])
    enrolled = in_state(session, world, ApplicationState.ENROLLED)
    out = session.get_one(Enrolment, enrolled.enrolment_id)
    out.status = EnrolmentStatus.WITHDRAWN
    cancelled = in_state(session, world, ApplicationState.ENROLLED)
    outlived = session.get_one(Enrolment, cancelled.enrolment_id)
    act(session, world, cancelled, ApplicationEvent.CANCEL)
    outlived.status = EnrolmentStatus.ACTIVE
    lost = in_state(session, world, ApplicationState.ENROLLED)
    alone = lost.enrolment_id
    lost.enrolment_id = None
    neighbour = in_state(session, world, ApplicationState.ACCEPTED)
    person = session.get_one(Person, neighbour.person_id)
    twice = enrol_person(session, world.open, person, by=None, now=NOW)
    waits = in_state(session, world, ApplicationState.WAITLISTED)
    offer = Offer(application_id=waits.id, created_at=NOW, ends_at=NOW + timedelta(days=3))
    session.add(offer)
    bare = in_state(session, world, ApplicationState.ACCEPTED)
    seats.release(session, ReservationKind.ACCEPTED, str(bare.id))
    kind, key = ReservationKind.OFFER, str(enrolled.id)
    seats.reserve(session, Reservation(edition_id=world.open.id, kind=kind, key=key))
    session.flush()
    waits.state = ApplicationState.WITHDRAWN
    world.open.capacity = 1
    session.flush()
    role = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == enrolled.person_id))
    reserved = session.scalars(select(SeatReservation.id).where(SeatReservation.key == key))
    assert broken(session) == [
        f"an enrolment whose history ends otherwise: row(s) {out.id}, {outlived.id}",
        f"an enrolment whose person has not the participant's role: row(s) {outlived.id}",
        f"the participant's role without an enrolment: row(s) {role.one()}",
        f"enrolled without an enrolment: row(s) {lost.id}",
        f"an enrolment by application without one: row(s) {alone}",
        f"an enrolment beside an application that is being decided: row(s) {twice.id}",
        f"an offer to somebody who does not wait: row(s) {offer.id}",
        f"accepted without a seat that is reserved: row(s) {bare.id}",
        f"an offer without a seat that is reserved: row(s) {offer.id}",
        f"a seat that is reserved for nobody: row(s) {reserved.one()}",
    ]
    assert overfull(session) == [f"{world.open.code}: 5 seats taken of 1"]


def test_withdrawing_a_place_that_was_applied_for_asks_why(
    app: Flask, session: Session, world: World
) -> None:
    enrolled = in_state(session, world, ApplicationState.ENROLLED)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    here = f"/en/staff/editions/{world.open.code}"
    uid = session.get_one(Enrolment, enrolled.enrolment_id).uid
    answer = registrar.post(f"{here}/people/{uid}/withdraw")
    onward = registrar.get(answer.location)
    assert onward.location == f"{here}/applications/{enrolled.reference}/decide/cancel"
    assert "say why it is cancelled" in registrar.get(onward.location).text
    session.expire_all()
    assert enrolled.state is ApplicationState.ENROLLED


def test_fewer_places_than_taken_are_refused_beside_the_field(
    app: Flask, session: Session, world: World
) -> None:
    for _ in range(2):
        in_state(session, world, ApplicationState.ACCEPTED)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    path = f"/fr/staff/editions/{world.open.code}/edit"
    answer = send_form(registrar, path, edition_form(world.open, capacity="1", text_fr="À garder."))
    assert answer.status_code == 409
    assert '<a href="#capacity">2 places sont déjà' in answer.text
    assert "À garder." in answer.text
    session.expire_all()
    assert world.open.capacity == 30


def test_a_participant_s_role_is_not_withdrawn_behind_the_place_s_back(
    app: Flask, session: Session, world: World
) -> None:
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == world.awa.id)).one()
    path = f"/en/staff/people/{world.awa.uid}/roles/{grant}/revoke"
    answer = administrator.post(path, data={"reason": "because", "idempotency_key": "k" * 20})
    assert answer.status_code == 409
    assert "Withdraw the place instead" in answer.text


def test_who_has_applied_is_not_enrolled_from_a_list(
    app: Flask, session: Session, world: World
) -> None:
    accepted = in_state(session, world, ApplicationState.ACCEPTED)
    person = session.get_one(Person, accepted.person_id)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    path = f"/en/staff/editions/{world.open.code}/people/list"
    text = f"email;name\n{person.email};{person.name}\n"
    answer = registrar.post(path, data={"text": text, "idempotency_key": "l" * 20})
    assert answer.status_code == 422
    assert "Has applied to this edition" in answer.text
