"""An edition that does not take place (T18): all who applied or have a place are told, once."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import waitlist
from learning.admissions.commands.edition_cancellation import cancel_edition
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application, Offer
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationEvent, ApplicationState
from learning.audit.models import AuditEntry
from learning.catalogue.models import EditionStatus
from learning.enrolment import seats
from learning.enrolment.rules import ActorRole, EnrolmentStatus
from learning.kit.errors import RuleViolation
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from tests.admissions.factories import NOW, PATHS_TO, a_person, in_state, stage_of
from tests.admissions.operations import run_operations
from tests.world import World, send_form, sign_in, trail_is_whole

NOTIFIED = "admissions.edition-cancelled"


def transition_of(world: World, reason: str = "Too few seats were taken.") -> TransitionRequest:
    by = world.staff[Role.APPROVER].id
    return TransitionRequest(
        event=ApplicationEvent.CANCEL_EDITION,
        actor_role=ActorRole.APPROVER,
        by=by,
        now=NOW,
        reason=reason,
    )


def number_notified(session: Session) -> int:
    return session.scalar(select(func.count()).where(OutgoingEmail.kind == NOTIFIED)) or 0


def test_everybody_who_is_on_the_way_or_has_a_place_is_told_once(
    database, session: Session, world: World
) -> None:
    made = {state: in_state(session, world, state) for state in PATHS_TO}
    by_hand = enrol_person(session, world.open, a_person(session), by=None, now=NOW)
    session.commit()
    hit = ACTIVE_STATES | {ApplicationState.ENROLLED}
    live = [application for state, application in made.items() if state in hit]
    operation = cancel_edition(session, world.open.id, transition_of(world))
    assert world.open.status is EditionStatus.CANCELLED, "nobody else gets in meanwhile"
    session.commit()
    run_operations(database)
    session.expire_all()
    number = len(live) + 1
    assert (number_notified(session), operation.emails, operation.state) == (
        number,
        number,
        "finished",
    )
    assert {stage_of(session, each) for each in live} == {Stage.EDITION_CANCELLED}
    for state in PATHS_TO.keys() - hit:
        assert made[state].state is state, "what was over stays as it was"
    assert world.open.status is EditionStatus.CANCELLED
    assert seats.occupied(session, world.open) == 0
    assert by_hand.status is EnrolmentStatus.CANCELLED
    assert cancel_edition(session, world.open.id, transition_of(world)) is None
    session.commit()
    assert run_operations(database) == 0
    assert number_notified(session) == number
    assert trail_is_whole(session)


def test_an_offered_seat_is_offered_to_nobody_else(
    database, session: Session, world: World
) -> None:
    world.open.capacity = 1
    for _ in range(2):
        in_state(session, world, ApplicationState.WAITLISTED)
    (offer,) = waitlist.offer_free_seats(session, world.open.id, now=NOW)
    cancel_edition(session, world.open.id, transition_of(world))
    session.commit()
    run_operations(database)
    session.expire_all()
    assert offer.ended_at is not None
    assert session.scalars(select(Offer)).all() == [offer]


@pytest.mark.parametrize("what", ["silent", "finished", "registrar"])
def test_what_speaks_against_it(session: Session, world: World, what: str) -> None:
    application = in_state(session, world, ApplicationState.ACCEPTED)
    transition = transition_of(world, " " if what == "silent" else "because")
    if what == "finished":
        world.open.status = EditionStatus.FINISHED
    elif what == "registrar":
        by = world.staff[Role.REGISTRAR].id
        transition = TransitionRequest(
            event=transition.event,
            actor_role=ActorRole.REGISTRAR,
            by=by,
            now=transition.now,
            reason=transition.reason,
        )
    session.commit()
    with pytest.raises(RuleViolation):
        cancel_edition(session, world.open.id, transition)
    session.rollback()
    assert application.state is ApplicationState.ACCEPTED
    assert number_notified(session) == 0


def test_only_the_approver_and_only_with_the_code_typed_once_more(
    app: Flask, database, session: Session, world: World
) -> None:
    in_state(session, world, ApplicationState.ENROLLED)
    board = f"/fr/staff/editions/{world.open.code}/applications/"
    address = f"{board}cancel-edition"
    for role in (Role.REGISTRAR, Role.FINANCE, Role.ADMINISTRATOR):
        assert sign_in(app, session, world.staff[role]).get(address).status_code == 404
    approver = sign_in(app, session, world.staff[Role.APPROVER])
    assert address in approver.get(board).text
    page = approver.get(address).text
    assert "1 personne a postulé ou a une place" in page
    assert "n’a pas lieu" in page, "the letter can be read first"
    right = {"reason": "Trop peu de places prises", "code": world.open.code}
    for wrong in ({"reason": " "}, {"code": "another-one"}):
        refused = approver.post(address, data=right | wrong)
        assert refused.status_code == 422
        assert (right | wrong)["code"] in refused.text
    done = approver.post(address, data=right)
    assert done.status_code == 303
    run_operations(database)
    assert "1 courriel en attente" in approver.get(done.location).text
    session.expire_all()
    assert {stage_of(session, each) for each in session.scalars(select(Application))} == {
        Stage.EDITION_CANCELLED
    }
    assert approver.post(address, data=right).status_code == 303, "a double click changes nothing"
    assert number_notified(session) == 1


def test_the_registrar_cannot_cancel_an_edition_under_its_people(
    app: Flask, session: Session, world: World
) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    publication = f"/fr/staff/editions/{world.open.code}/publish"
    assert f"{publication}/cancelled" in registrar.get(publication).text
    in_state(session, world, ApplicationState.SUBMITTED)
    page = registrar.get(publication).text
    assert 'value="cancelled"' not in page
    assert "seule la personne qui approuve" in page
    assert (
        send_form(registrar, publication, {"status": "cancelled", "version": "open"}).status_code
        == 404
    )


def test_what_the_system_cancels_names_nobody(database, session: Session, world: World) -> None:
    in_state(session, world, ApplicationState.SUBMITTED)
    before = session.scalar(select(func.max(AuditEntry.id)))
    operation = cancel_edition(session, world.open.id, replace(transition_of(world), by=None))
    session.commit()
    run_operations(database)
    session.expire_all()
    assert (operation.started_by, operation.state) == (None, "finished")
    entries = session.scalars(select(AuditEntry).where(AuditEntry.id > before)).all()
    assert "application cancel_edition" in {entry.action for entry in entries}
    assert {entry.actor_id for entry in entries} == {None}
