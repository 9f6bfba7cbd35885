"""An edition that does not take place (T18): whoever applied or has a place is told, once."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.catalogue.models import EditionStatus
from learning.enrolment import queries, waiting
from learning.enrolment.actions import give_place
from learning.enrolment.cancelling import cancel_edition
from learning.enrolment.models import Application, Offer
from learning.enrolment.moving import Deed
from learning.enrolment.rules import LIVE, Event, State, Who
from learning.kit.errors import Refused
from learning.mail.models import Mail
from tests.enrolment.making import NOW, WAYS, a_person, in_state
from tests.enrolment.operations import run_operations
from tests.world import World, send_form, sign_in, trail_is_whole

TOLD = "enrolment.edition-cancelled"


def deed_of(world: World, reason: str = "Too few seats were taken.") -> Deed:
    by = world.staff[Role.APPROVER].id
    return Deed(event=Event.CANCEL_EDITION, who=Who.APPROVER, by=by, now=NOW, reason=reason)


def told(session: Session) -> int:
    return session.scalar(select(func.count()).where(Mail.kind == TOLD)) or 0


def test_everybody_who_is_on_the_way_or_has_a_place_is_told_once(
    database, session: Session, world: World
) -> None:
    made = {state: in_state(session, world, state) for state in WAYS}
    by_hand = give_place(session, world.open, a_person(session), by=None, now=NOW)
    session.commit()
    live = [application for state, application in made.items() if state in LIVE]
    operation = cancel_edition(session, world.open.id, deed_of(world))
    assert world.open.status is EditionStatus.CANCELLED, "nobody else gets in meanwhile"
    session.commit()
    run_operations(database)
    session.expire_all()
    number = len(live) + 1
    assert (told(session), operation.emails, operation.state) == (number, number, "finished")
    assert {application.state for application in live} == {State.EDITION_CANCELLED}
    for state in WAYS.keys() - LIVE:
        assert made[state].state is state, "what was over stays as it was"
    assert world.open.status is EditionStatus.CANCELLED
    assert queries.seats_taken(session, world.open) == 0
    assert by_hand.withdrawn_at is not None
    assert cancel_edition(session, world.open.id, deed_of(world)) is None
    session.commit()
    assert run_operations(database) == 0
    assert told(session) == number
    assert trail_is_whole(session)


def test_an_offered_seat_is_offered_to_nobody_else(
    database, session: Session, world: World
) -> None:
    world.open.capacity = 1
    for _ in range(2):
        in_state(session, world, State.WAITLISTED)
    (offer,) = waiting.fill(session, world.open.id, now=NOW)
    cancel_edition(session, world.open.id, deed_of(world))
    session.commit()
    run_operations(database)
    session.expire_all()
    assert offer.ended_at is not None
    assert session.scalars(select(Offer)).all() == [offer]


@pytest.mark.parametrize("what", ["silent", "finished", "registrar"])
def test_what_speaks_against_it(session: Session, world: World, what: str) -> None:
    application = in_state(session, world, State.ACCEPTED)
    deed = deed_of(world, " " if what == "silent" else "because")
    if what == "finished":
        world.open.status = EditionStatus.FINISHED
    elif what == "registrar":
        by = world.staff[Role.REGISTRAR].id
        deed = Deed(event=deed.event, who=Who.REGISTRAR, by=by, now=deed.now, reason=deed.reason)
    session.commit()
    with pytest.raises(Refused):
        cancel_edition(session, world.open.id, deed)
    session.rollback()
    assert application.state is State.ACCEPTED
    assert told(session) == 0


def test_only_the_approver_and_only_with_the_code_typed_once_more(
    app: Flask, database, session: Session, world: World
) -> None:
    in_state(session, world, State.ENROLLED)
    board = f"/fr/desk/editions/{world.open.code}/applications/"
    address = f"{board}cancel-edition"
    for role in (Role.REGISTRAR, Role.FINANCE, Role.ADMINISTRATOR):
        assert sign_in(app, session, world.staff[role]).get(address).status_code == 404
    approver = sign_in(app, session, world.staff[Role.APPROVER])
    assert address in approver.get(board).text
    page = approver.get(address).text
    assert "1 personne a une candidature ou une place" in page
    assert "n’a pas lieu" in page, "the letter can be read first"
    right = {"reason": "Trop peu de places prises", "code": world.open.code}
    for wrong in ({"reason": " "}, {"code": "another-one"}):
        refused = approver.post(address, data=right | wrong)
        assert refused.status_code == 422
        assert (right | wrong)["code"] in refused.text
    done = approver.post(address, data=right)
    assert done.status_code == 303
    run_operations(database)
    assert "1 courriel est en file d’attente" in approver.get(done.location).text
    session.expire_all()
    assert {each.state for each in session.scalars(select(Application))} == {
        State.EDITION_CANCELLED
    }
    assert approver.post(address, data=right).status_code == 303, "a double click changes nothing"
    assert told(session) == 1


def test_the_registrar_cannot_cancel_an_edition_under_its_people(
    app: Flask, session: Session, world: World
) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    gate = f"/fr/desk/editions/{world.open.code}/publish"
    assert 'value="cancelled"' in registrar.get(gate).text
    in_state(session, world, State.SUBMITTED)
    page = registrar.get(gate).text
    assert 'value="cancelled"' not in page
    assert "seul l’approbateur" in page
    assert send_form(registrar, gate, {"status": "cancelled"}).status_code == 404
