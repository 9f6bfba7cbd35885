"""Acts on a whole cohort: exactly what was shown, each person by themselves, nobody twice."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.accounts.models import Person
from learning.admissions import jobs
from learning.admissions.commands import bulk_decisions, waitlist
from learning.admissions.commands.edition_cancellation import cancel_edition
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Offer
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.catalogue.models import EditionStatus
from learning.enrolment import seats
from learning.enrolment.rules import ActorRole
from learning.jobs.worker import Task
from learning.participants.commands import enrol_person
from tests.admissions.factories import NOW, a_person, act, in_state, stage_of
from tests.admissions.operations import run_operations
from tests.admissions.test_board import text_of
from tests.participants.test_list_operations import line, mails, start
from tests.world import World, sign_in, trail_is_whole

PEOPLE = "/en/staff/editions/reintegration-running/people/"


def decide(session: Session, world: World, chosen: list, event: ApplicationEvent) -> BatchOperation:
    by = world.staff[Role.REGISTRAR].id
    transition = TransitionRequest(
        event=event, actor_role=ActorRole.REGISTRAR, by=by, now=NOW, reason="because"
    )
    for each in chosen:
        each.person = session.get_one(Person, each.person_id)
    operation = bulk_decisions.start(session, world.open, chosen, transition, {})
    session.commit()
    return operation


def test_each_application_is_decided_as_it_stood_when_it_was_shown(
    database, session: Session, world: World
) -> None:
    made = [in_state(session, world, ApplicationState.UNDER_REVIEW) for _ in range(3)]
    operation = decide(session, world, made, ApplicationEvent.DECLINE)
    act(session, world, made[1], ApplicationEvent.REQUEST_INFO)
    act(session, world, made[1], ApplicationEvent.PROVIDE_INFO)
    session.commit()
    run_operations(database)
    session.expire_all()
    assert [each.state for each in made] == [
        ApplicationState.DECLINED,
        ApplicationState.UNDER_REVIEW,
        ApplicationState.DECLINED,
    ]
    (failed,) = session.scalars(select(BatchItem).where(BatchItem.state == ItemState.FAILED))
    assert failed.reason == "TransitionProblem.invalid_transition"
    assert failed.reference == made[1].reference
    assert operation.emails == mails(session, "admissions.declined") == 2
    assert trail_is_whole(session)


def test_a_seat_that_is_gone_is_said_and_costs_nobody_else(database, session, world) -> None:
    world.open.capacity = 2
    made = [in_state(session, world, ApplicationState.UNDER_REVIEW) for _ in range(4)]
    operation = decide(session, world, made, ApplicationEvent.ACCEPT)
    run_operations(database)
    session.expire_all()
    assert [each.state is ApplicationState.ACCEPTED for each in made] == [True, True, False, False]
    assert operation.emails == 2, "letters of what was refused are not counted"
    assert {item.reason for item in session.scalars(select(BatchItem))} == {
        "", "TransitionGuard.seat_left",
    }  # fmt: skip


def test_who_gets_in_while_an_edition_is_cancelled_follows(database, session, world) -> None:
    first = in_state(session, world, ApplicationState.ENROLLED)
    transition = TransitionRequest(
        event=ApplicationEvent.CANCEL_EDITION,
        actor_role=ActorRole.APPROVER,
        by=world.staff[Role.APPROVER].id,
        now=NOW,
        reason="because",
    )
    operation = cancel_edition(session, world.open.id, transition)
    late = a_person(session)
    enrol_person(session, world.open, late, by=None, now=NOW)
    session.commit()
    run_operations(database)
    session.expire_all()
    assert stage_of(session, first) is Stage.EDITION_CANCELLED
    assert operation.emails == mails(session, "admissions.edition-cancelled") == 2
    assert seats.occupied(session, world.open) == 0


def test_many_free_seats_are_offered_some_at_a_time(database, session, world: World) -> None:
    number = waitlist.MAX_OFFERS_PER_CALL * 2 + 3
    world.open.capacity = 1
    in_state(session, world, ApplicationState.ACCEPTED)
    for _ in range(number + 2):
        in_state(session, world, ApplicationState.WAITLISTED)
    world.open.capacity = number + 1
    session.commit()
    assert (
        len(waitlist.offer_free_seats(session, world.open.id, now=NOW))
        == waitlist.MAX_OFFERS_PER_CALL
    )
    session.commit()
    assert run_operations(database) == 2
    offers = session.scalars(select(Offer)).all()
    assert len({offer.application_id for offer in offers}) == len(offers) == number


def test_offers_expire_each_in_a_transaction_of_its_own(database, session, world) -> None:
    world.open.capacity = 3
    chosen = [in_state(session, world, ApplicationState.WAITLISTED) for _ in range(5)]
    offers = waitlist.offer_free_seats(session, world.open.id, now=NOW)
    session.commit()
    ended = max(offer.ends_at for offer in offers)
    extended = []
    task = Task(id=1, payload={}, database=database, now=ended, extend=lambda: extended.append(1))
    jobs.expire_offers(task)
    session.expire_all()
    assert len(extended) == 3
    states = [each.state for each in chosen]
    assert states.count(ApplicationState.LAPSED) == 3
    assert len(application_queries.open_offers(session, world.open.id)) == 2
    jobs.expire_offers(task)
    assert len(extended) == 3


@pytest.fixture
def operation(database, session, world: World) -> BatchOperation:
    world.running.capacity = 2
    made = start(session, world, line(1))
    world.running.capacity = 1
    session.commit()
    run_operations(database)
    return made


@pytest.mark.parametrize("role", Role)
def test_the_page_is_for_those_who_read_enrolments(
    app: Flask, session, world: World, operation: BatchOperation, role: Role
) -> None:
    client = sign_in(app, session, world.person(role))
    here = PEOPLE.replace("people", "operations")
    for address in (here, f"{here}{operation.uid}"):
        may = Permission.READ_ENROLMENTS in GRANTS[role]
        status = 200 if may else 303 if role is Role.VISITOR else 404
        assert client.get(address).status_code == status


def test_the_page_names_who_was_left_out_and_why(
    app: Flask, session, world: World, operation: BatchOperation
) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    people = registrar.get(PEOPLE).text
    here = re.search(r'href="([^"]+/operations/)"', people)
    assert here
    overview = registrar.get(here[1]).text
    assert "finished" in overview
    assert operation.uid in overview
    shown = text_of(registrar.get(f"{here[1]}{operation.uid}").text)
    assert "1 person was left out" in shown
    assert "Person 1 No place was left in the edition." in shown
    assert "No e-mail was queued." in shown
    elsewhere = here[1].replace("running", "open")
    assert registrar.get(f"{elsewhere}{operation.uid}").status_code == 404
    assert "There are no bulk operations here yet." in registrar.get(elsewhere).text


def test_cancelling_needs_no_worker_to_close_the_door(session, world: World) -> None:
    transition = TransitionRequest(
        event=ApplicationEvent.CANCEL_EDITION,
        actor_role=ActorRole.APPROVER,
        by=world.staff[Role.APPROVER].id,
        now=NOW,
        reason="because",
    )
    cancel_edition(session, world.open.id, transition)
    assert world.open.status is EditionStatus.CANCELLED
    assert waitlist.offer_free_seats(session, world.open.id, now=NOW + timedelta(hours=1)) == []
