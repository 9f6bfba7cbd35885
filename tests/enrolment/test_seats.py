"""Seats: what frees one offers it, what takes one is refused where none is left."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person, RoleGrant
from learning.enrolment import places, queries
from learning.enrolment.actions import enrol, give_place
from learning.enrolment.invariants import broken_places, overfull
from learning.enrolment.models import Enrolment, EnrolmentStatus, Offer
from learning.enrolment.rules import Event, State
from learning.kit.errors import Refused
from learning.kit.i18n import i18n_for
from learning.mail.models import Mail
from tests.enrolment.making import NOW, a_draft, a_person, act, in_state, resize
from tests.world import World, edition_form, send_form, sign_in


def test_a_larger_edition_offers_its_seats_to_who_waits(session: Session, world: World) -> None:
    world.open.capacity = 1
    in_state(session, world, State.ENROLLED)
    queue = [in_state(session, world, State.WAITLISTED) for _ in range(3)]
    resize(session, world.open, 3, by=world.staff[Role.REGISTRAR].id)
    offered = [offer.application_id for offer in queries.open_offers(session, world.open.id)]
    assert offered == [queue[0].id, queue[1].id]
    letters = select(func.count()).where(Mail.kind == "enrolment.offer")
    assert session.scalar(letters) == 2


def test_there_are_never_fewer_places_than_are_taken(session: Session, world: World) -> None:
    in_state(session, world, State.ENROLLED)
    in_state(session, world, State.ACCEPTED)
    give_place(session, world.open, a_person(session), by=None, now=NOW)
    world.open.capacity = 3
    in_state(session, world, State.WAITLISTED)
    resize(session, world.open, 4, by=world.staff[Role.REGISTRAR].id)  # and one is offered
    with pytest.raises(Refused) as refused, session.begin_nested():
        resize(session, world.open, 3, by=world.staff[Role.REGISTRAR].id)
    assert refused.value.said(i18n_for("en")).startswith("4 places are taken")
    assert refused.value.field == "capacity"


def test_a_place_that_was_applied_for_ends_the_application_s_way(
    session: Session, world: World
) -> None:
    world.open.capacity = 1
    enrolled = in_state(session, world, State.ENROLLED)
    next_one = in_state(session, world, State.WAITLISTED)
    place = session.get_one(Enrolment, enrolled.enrolment_id)
    registrar = world.staff[Role.REGISTRAR].id
    with pytest.raises(Refused, match="Say why"):
        places.withdraw(session, place, by=registrar, now=NOW)
    places.withdraw(session, place, by=registrar, now=NOW, reason="Asked by telephone.")
    assert (enrolled.state, place.status) == (State.CANCELLED, EnrolmentStatus.WITHDRAWN)
    assert queries.moves_of(session, enrolled)[-1].reason == "Asked by telephone."
    letters = select(func.count()).where(Mail.kind == "enrolment.cancelled")
    assert session.scalar(letters) == 1
    (offer,) = queries.open_offers(session, world.open.id)
    assert offer.application_id == next_one.id


def test_a_place_given_by_hand_is_offered_on_when_it_is_withdrawn(
    session: Session, world: World
) -> None:
    world.open.capacity = 1
    place = give_place(session, world.open, a_person(session), by=None, now=NOW)
    next_one = in_state(session, world, State.WAITLISTED)
    places.withdraw(session, place, by=world.staff[Role.REGISTRAR].id, now=NOW)
    (offer,) = queries.open_offers(session, world.open.id)
    assert offer.application_id == next_one.id


def test_nobody_takes_two_seats(session: Session, world: World) -> None:
    registrar = world.staff[Role.REGISTRAR].id
    accepted = in_state(session, world, State.ACCEPTED)
    person = session.get_one(Person, accepted.person_id)
    new = NewPerson(email=person.email, name=person.name)
    with pytest.raises(Refused, match="Has applied"):
        enrol(session, world.open, new, by=registrar, now=NOW)
    declined = in_state(session, world, State.DECLINED)
    again = session.get_one(Person, declined.person_id)
    give_place(session, world.open, again, by=None, now=NOW)
    with pytest.raises(Refused, match="there already"):
        act(session, world, declined, Event.REOPEN)
    draft = a_draft(session, world)
    give_place(session, world.open, session.get_one(Person, draft.person_id), by=None, now=NOW)
    with pytest.raises(Refused, match="has a place"):
        act(session, world, draft, Event.SUBMIT)


def test_an_application_is_not_opened_again_beside_a_newer_one(
    session: Session, world: World
) -> None:
    declined = in_state(session, world, State.DECLINED)
    in_state(session, world, State.SUBMITTED, session.get_one(Person, declined.person_id))
    with pytest.raises(Refused, match="there already"):
        act(session, world, declined, Event.REOPEN)


def test_the_doctor_names_what_does_not_fit(session: Session, world: World) -> None:
    assert (broken_places(session), overfull(session)) == ([], [])
    enrolled = in_state(session, world, State.ENROLLED)
    place = session.get_one(Enrolment, enrolled.enrolment_id)
    place.status = EnrolmentStatus.WITHDRAWN
    cancelled = in_state(session, world, State.ENROLLED)
    outlived = session.get_one(Enrolment, cancelled.enrolment_id)
    act(session, world, cancelled, Event.CANCEL)
    outlived.status, outlived.enrolled_at = EnrolmentStatus.ACTIVE, NOW - timedelta(days=1)
    beside = in_state(session, world, State.ACCEPTED)
    person = session.get_one(Person, beside.person_id)
    twice = give_place(session, world.open, person, by=None, now=NOW)
    waits = in_state(session, world, State.WAITLISTED)
    offer = Offer(application_id=waits.id, made_at=NOW, ends_at=NOW + timedelta(days=3))
    session.add(offer)
    session.flush()
    waits.state = State.WITHDRAWN
    world.open.capacity = 1
    session.flush()
    role = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == enrolled.person_id))
    assert broken_places(session) == [
        f"enrolled without an active place: row(s) {enrolled.id}",
        f"a place that outlived its application: row(s) {outlived.id}",
        f"a place beside an application that is being decided: row(s) {twice.id}",
        f"a place whose person has not the participant's role: row(s) {outlived.id}",
        f"the participant's role without a place: row(s) {role.one()}",
        f"an offer to somebody who does not wait: row(s) {offer.id}",
    ]
    assert overfull(session) == [f"{world.open.code}: 4 seats taken of 1"]


def test_withdrawing_a_place_that_was_applied_for_asks_why(
    app: Flask, session: Session, world: World
) -> None:
    enrolled = in_state(session, world, State.ENROLLED)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    here = f"/en/desk/editions/{world.open.code}"
    answer = registrar.post(f"{here}/people/{enrolled.enrolment_id}/withdraw")
    assert answer.location == f"{here}/applications/{enrolled.reference}/decide/cancel"
    assert "say why it is cancelled" in registrar.get(answer.location).text
    session.expire_all()
    assert enrolled.state is State.ENROLLED


def test_fewer_places_than_taken_are_refused_beside_the_field(
    app: Flask, session: Session, world: World
) -> None:
    for _ in range(2):
        in_state(session, world, State.ACCEPTED)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    path = f"/fr/desk/editions/{world.open.code}/edit"
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
    path = f"/en/desk/people/{world.awa.id}/roles/{grant}/withdraw"
    answer = administrator.post(path, data={"reason": "because", "form_key": "k" * 20})
    assert answer.status_code == 409
    assert "Withdraw the place instead" in answer.text


def test_who_has_applied_is_not_enrolled_from_a_list(
    app: Flask, session: Session, world: World
) -> None:
    accepted = in_state(session, world, State.ACCEPTED)
    person = session.get_one(Person, accepted.person_id)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    path = f"/en/desk/editions/{world.open.code}/people/list"
    text = f"email;name\n{person.email};{person.name}\n"
    answer = registrar.post(path, data={"text": text, "form_key": "l" * 20})
    assert answer.status_code == 422
    assert "Has applied to this edition" in answer.text
