"""Enrolments change once, leave a history, take and keep the role, and announce what happened."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import RoleGrant
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.audit.models import AuditEntry
from learning.enrolment import commands, seats
from learning.enrolment.commands import Admission, EnrolmentChange
from learning.enrolment.events import (
    EnrolmentCompleted,
    EnrolmentConfirmed,
    EnrolmentEnded,
    PeopleEnrolled,
)
from learning.enrolment.models import (
    Enrolment,
    EnrolmentMethod,
    EnrolmentTransition,
    ReservationKind,
    SeatReservation,
)
from learning.enrolment.rules import (
    UNENROLLED,
    ActorRole,
    EnrolmentEvent,
    EnrolmentGuard,
    EnrolmentStatus,
)
from learning.kit.errors import RuleViolation
from learning.participants import commands as participants
from learning.participants.commands import enrol_person
from tests.admissions.factories import NOW, a_person, act, broken, enrolment_of, in_state
from tests.world import World, trail_is_whole

ALL = frozenset(EnrolmentGuard)
ENDS = {
    EnrolmentEvent.WITHDRAW: ActorRole.REGISTRAR,
    EnrolmentEvent.CANCEL: ActorRole.PARTICIPANT,
    EnrolmentEvent.TRANSFER: ActorRole.REGISTRAR,
    EnrolmentEvent.SUBSTITUTE: ActorRole.REGISTRAR,
    EnrolmentEvent.CANCEL_EDITION: ActorRole.APPROVER,
    EnrolmentEvent.COMPLETE: ActorRole.SYSTEM,
    EnrolmentEvent.CLOSE: ActorRole.REGISTRAR,
    EnrolmentEvent.MARK_NO_SHOW: ActorRole.REGISTRAR,
}


def a_change(event: EnrolmentEvent, **more) -> EnrolmentChange:
    role = ENDS.get(event, ActorRole.REGISTRAR)
    made = EnrolmentChange(event=event, actor_role=role, by=None, now=NOW, reason="because")
    return replace(made, **more)


def has_role(session: Session, enrolment: Enrolment) -> bool:
    held = RoleGrant.person_id == enrolment.person_id, RoleGrant.role == Role.PARTICIPANT
    return session.scalar(select(RoleGrant.id).where(*held)) is not None


def history_of(session: Session, enrolment: Enrolment) -> list[EnrolmentTransition]:
    own = select(EnrolmentTransition).where(EnrolmentTransition.enrolment_id == enrolment.id)
    return list(session.scalars(own.order_by(EnrolmentTransition.id)))


@pytest.mark.parametrize("event", ENDS)
def test_each_end_is_written_down_and_announced(
    session: Session, world: World, heard: list[object], event: EnrolmentEvent
) -> None:
    place, taken = world.place, seats.occupied(session, world.running)
    change = a_change(event, received_on=world.running.starts_on)
    commands.apply_transition(session, place, change, ALL)
    out = place.status in UNENROLLED
    assert (place.version, place.ended_at, place.period) == (1, NOW, 1)
    assert has_role(session, place) is not out, "who did not leave goes on reading"
    assert seats.occupied(session, world.running) == taken - out
    *_, last = history_of(session, place)
    assert (last.event, last.before, last.after) == (event, EnrolmentStatus.ACTIVE, place.status)
    assert (last.actor_role, last.reason) == (ENDS[event], "because")
    assert (last.received_on, last.edition_id) == (world.running.starts_on, world.running.id)
    if event is EnrolmentEvent.COMPLETE:
        assert heard == [EnrolmentCompleted(enrolment_id=place.id, at=NOW)]
    else:
        ended = EnrolmentEnded(
            enrolment_id=place.id,
            event=event,
            at=NOW,
            by=change.by,
            received_on=world.running.starts_on,
        )
        assert heard == [ended]
    row = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (row.action, row.subject) == (f"enrolment {event}", f"enrolment {place.id}")
    assert "because" not in row.detail, "the trail is never erased"
    assert broken(session) == []
    assert trail_is_whole(session)


def test_the_same_change_twice_is_one_transition(session: Session, world: World) -> None:
    change = a_change(EnrolmentEvent.MARK_NO_SHOW)
    commands.apply_transition(session, world.place, change, ALL)
    with pytest.raises(RuleViolation, match="invalid_transition"):
        commands.apply_transition(session, world.place, change, ALL)
    assert len(history_of(session, world.place)) == 2


def test_the_second_decision_reads_that_it_has_changed(session: Session, world: World) -> None:
    stale = world.place.version
    commands.apply_transition(session, world.place, a_change(EnrolmentEvent.CLOSE), ALL)
    reinstate = a_change(EnrolmentEvent.REINSTATE, version=stale)
    with pytest.raises(RuleViolation, match="invalid_transition"):
        commands.apply_transition(session, world.place, reinstate, ALL)
    commands.apply_transition(session, world.place, replace(reinstate, version=1), ALL)
    assert (world.place.status, world.place.ended_at) == (EnrolmentStatus.ACTIVE, None)


def test_what_is_not_in_the_row_any_more_changes_nothing(session: Session, world: World) -> None:
    """Somebody else was faster: the UPDATE names the version that was read."""
    place = world.place
    faster = select(Enrolment).where(Enrolment.id == place.id)
    session.execute(Enrolment.__table__.update().values(version=5))
    with pytest.raises(RuleViolation, match="invalid_transition"):
        commands.apply_transition(session, place, a_change(EnrolmentEvent.CLOSE), ALL)
    assert session.scalars(faster).one().status is EnrolmentStatus.ACTIVE


@pytest.mark.parametrize(
    ("event", "more", "text"),
    [
        (EnrolmentEvent.CANCEL, {"reason": " "}, "reason"),
        (EnrolmentEvent.CLOSE, {"actor_role": ActorRole.PARTICIPANT}, "not_yours"),
        (EnrolmentEvent.TRANSFER, {}, "notice"),
        (EnrolmentEvent.MARK_NO_SHOW, {}, "begun"),
        (EnrolmentEvent.COMPLETE, {}, "result"),
        (EnrolmentEvent.REINSTATE, {}, "invalid_transition"),
    ],
)
def test_what_speaks_against_a_change(
    session: Session, world: World, event: EnrolmentEvent, more: dict, text: str
) -> None:
    with pytest.raises(RuleViolation, match=text):
        commands.apply_transition(session, world.place, a_change(event, **more))
    assert (world.place.status, world.place.version) == (EnrolmentStatus.ACTIVE, 0)


def test_who_comes_back_has_the_same_enrolment_in_its_next_period(
    session: Session, world: World, heard: list[object]
) -> None:
    place, by = world.place, world.staff[Role.REGISTRAR].id
    participants.withdraw(session, place, by=by, now=NOW)
    assert not has_role(session, place)
    heard.clear()
    again = enrol_person(session, world.running, world.awa, by=by, now=NOW + timedelta(days=1))
    assert again is place
    assert (place.period, place.version, place.ended_at) == (2, 2, None)
    assert place.enrolled_at == NOW + timedelta(days=1)
    assert has_role(session, place)
    assert heard == [
        PeopleEnrolled(edition_id=world.running.id, at=place.enrolled_at),
        EnrolmentConfirmed(enrolment_id=place.id, at=place.enrolled_at),
    ]
    assert [(t.event, t.period) for t in history_of(session, place)] == [
        (EnrolmentEvent.ENROL, 1), (EnrolmentEvent.WITHDRAW, 1), (EnrolmentEvent.RE_ENROL, 2),
    ]  # fmt: skip


def test_nobody_is_enrolled_twice_nor_beyond_the_last_seat(session: Session, world: World) -> None:
    with pytest.raises(RuleViolation, match="invalid_transition"):
        enrol_person(session, world.running, world.awa, by=None, now=NOW)
    world.running.capacity = 1
    with pytest.raises(RuleViolation, match="seat_left"):
        enrol_person(session, world.running, world.stranger, by=None, now=NOW)
    admission = Admission(
        method=EnrolmentMethod.MANUAL, actor_role=ActorRole.APPROVER, by=None, now=NOW
    )
    world.running.capacity = 2
    with pytest.raises(RuleViolation, match="not_yours"):
        commands.enrol_people(session, world.running, [world.stranger.id], admission)


def test_an_application_leads_to_an_enrolment_and_gives_its_reservation_up(
    session: Session, world: World, heard: list[object]
) -> None:
    world.open.capacity = 1
    application = in_state(session, world, ApplicationState.ACCEPTED)
    kept = session.scalars(select(SeatReservation)).one()
    assert (kept.kind, kept.key, kept.until) == (
        ReservationKind.ACCEPTED, str(application.id), None,
    )  # fmt: skip
    heard.clear()
    act(session, world, application, ApplicationEvent.ACTIVATE)
    enrolment = enrolment_of(session, application)
    assert heard == [
        PeopleEnrolled(edition_id=world.open.id, at=NOW),
        EnrolmentConfirmed(enrolment_id=enrolment.id, at=NOW),
    ]
    assert (enrolment.method, application.enrolment_period) == (EnrolmentMethod.APPLICATION, 1)
    assert session.scalar(select(func.count()).select_from(SeatReservation)) == 0
    assert seats.occupied(session, world.open) == 1


def test_who_is_enrolled_again_by_hand_is_withdrawn_by_hand(session: Session, world: World) -> None:
    """The application that led to the enrolment before has nothing to do with it any more."""
    application = in_state(session, world, ApplicationState.ENROLLED)
    act(session, world, application, ApplicationEvent.CANCEL)
    enrolment, by = enrolment_of(session, application), world.staff[Role.REGISTRAR].id
    person = session.get_one(type(world.awa), application.person_id)
    enrol_person(session, world.open, person, by=by, now=NOW)
    assert enrolment.method is EnrolmentMethod.MANUAL
    with pytest.raises(RuleViolation, match="invalid_transition"):
        act(session, world, application, ApplicationEvent.CANCEL, reason="Once more.")
    participants.withdraw(session, enrolment, by=by, now=NOW)
    assert enrolment.status is EnrolmentStatus.WITHDRAWN
    assert broken(session) == []


def test_a_history_that_was_lost_is_found(session: Session, world: World) -> None:
    session.execute(delete(EnrolmentTransition))
    assert broken(session) == [
        f"an enrolment whose history ends otherwise: row(s) {world.place.id}"
    ]


def test_many_are_enrolled_in_as_many_statements_as_one(
    session: Session, world: World, queries
) -> None:
    counts = []
    for number in (1, 2, 8):
        people = [a_person(session) for _ in range(number)]
        session.flush()
        queries.clear()
        participants.enrol_people_of_list(session, world.open, people, by=None, now=NOW)
        session.flush()
        counts.append(len(queries))
    assert counts[1] == counts[2]
