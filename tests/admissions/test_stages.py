"""Where somebody stands: by the application, by the enrolment that it led to, by the last event."""

import itertools

import pytest
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.queries import board
from learning.admissions.queries.board_list import BoardFilter, board_rows
from learning.admissions.queries.breakdown import breakdown
from learning.admissions.queries.stages import participation
from learning.admissions.rules.stages import (
    LEFT,
    OF_EVENT,
    OF_STATUS,
    PENDING_STAGES,
    SEATED,
    TOOK_PART,
    Stage,
    stage_of,
)
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.enrolment.rules import RULE_OF, UNENROLLED, ActorRole, EnrolmentEvent, EnrolmentStatus
from learning.participants.commands import enrol_person
from tests.admissions import factories
from tests.admissions.factories import NOW, act, change, enrolment_of, in_state
from tests.world import World

ENDS = [event for event, rule in RULE_OF.items() if EnrolmentStatus.ACTIVE in rule.before]


def test_an_application_that_led_to_nothing_stands_in_its_state() -> None:
    for state in set(ApplicationState) - {ApplicationState.ENROLLED}:
        for status, event in itertools.product((None, *EnrolmentStatus), (None, *EnrolmentEvent)):
            assert stage_of(state, status, event) == str(state)


@pytest.mark.parametrize(
    ("status", "event", "stage"),
    [
        ("active", "enrol", Stage.ENROLLED),
        ("active", "reinstate", Stage.ENROLLED),
        ("completed", "complete", Stage.COMPLETED),
        ("not_completed", "close", Stage.NOT_COMPLETED),
        ("no_show", "mark_no_show", Stage.NO_SHOW),
        ("withdrawn", "withdraw", Stage.CANCELLED),
        ("withdrawn", "transfer", Stage.TRANSFERRED_OUT),
        ("withdrawn", "substitute", Stage.SUBSTITUTED_OUT),
        ("cancelled", "cancel", Stage.CANCELLED),
        ("cancelled", "cancel_edition", Stage.EDITION_CANCELLED),
        (None, "transfer", Stage.TRANSFERRED_OUT),
        (None, None, Stage.CANCELLED),
        ("withdrawn", "enrol", Stage.CANCELLED),
    ],
)
def test_one_that_led_to_an_enrolment_stands_where_that_stands(
    status: str | None, event: str | None, stage: Stage
) -> None:
    known = EnrolmentStatus(status) if status else None
    happened = EnrolmentEvent(event) if event else None
    assert stage_of(ApplicationState.ENROLLED, known, happened) is stage


def test_every_stage_is_in_one_group() -> None:
    groups = ({Stage.DRAFT}, PENDING_STAGES, {Stage.ACCEPTED}, TOOK_PART, LEFT)
    assert sum(map(len, groups)) == len(Stage)
    assert set().union(*groups) == set(Stage)
    assert TOOK_PART < SEATED
    assert {Stage.DECLINED, Stage.SUBSTITUTED_OUT, Stage.EDITION_CANCELLED} < LEFT


def test_every_status_and_every_way_out_has_a_stage() -> None:
    assert OF_STATUS.keys() == set(EnrolmentStatus) - UNENROLLED
    assert OF_EVENT.keys() == {event for event in ENDS if RULE_OF[event].after in UNENROLLED}
    assert {str(state) for state in ApplicationState} <= set(Stage)


def test_a_person_who_was_accepted_and_did_not_leave_has_a_seat() -> None:
    seated = {"accepted", "enrolled", "completed", "not_completed", "no_show"}
    assert {stage.value for stage in SEATED} == seated


@pytest.mark.parametrize("event", ENDS)
def test_the_database_says_the_same(session: Session, world: World, event: EnrolmentEvent) -> None:
    application = in_state(session, world, ApplicationState.ENROLLED)
    change(session, application, event, next(iter(RULE_OF[event].by)))
    stage = stage_of(application.state, enrolment_of(session, application).status, event)
    assert factories.stage_of(session, application) is stage
    assert [t.event for t, _ in participation(session, application)] == [event]
    assert breakdown(session, world.open).stages() == {stage: 1}
    (line,) = board_rows(session, world.open, BoardFilter(now=NOW, reader=0, stage=stage), 0)
    assert (line.application, line.stage) == (application, stage)
    elsewhere = BoardFilter(now=NOW, reader=0, stage=Stage.ENROLLED)
    assert board_rows(session, world.open, elsewhere, 0) == []


def test_an_earlier_application_keeps_what_became_of_it(session: Session, world: World) -> None:
    """Cancelled, applied for again, enrolled again: two applications of one enrolment."""
    first = in_state(session, world, ApplicationState.ENROLLED)
    act(session, world, first, ApplicationEvent.CANCEL)
    person = session.get_one(Person, first.person_id)
    second = in_state(session, world, ApplicationState.ENROLLED, person)
    assert first.enrolment_id == second.enrolment_id
    assert (first.enrolment_period, second.enrolment_period) == (1, 2)
    assert factories.stage_of(session, first) is Stage.CANCELLED
    assert factories.stage_of(session, second) is Stage.ENROLLED
    change(session, second, EnrolmentEvent.COMPLETE, ActorRole.SYSTEM)
    assert factories.stage_of(session, first) is Stage.CANCELLED
    assert [t.event for t, _ in participation(session, second)] == [EnrolmentEvent.COMPLETE]
    assert board.funnel(session, world.open, [Stage.COMPLETED])[Stage.COMPLETED] == 1


def test_places_by_hand_are_counted_beside_applications(session: Session, world: World) -> None:
    in_state(session, world, ApplicationState.ENROLLED)
    by = world.staff[Role.REGISTRAR].id
    enrol_person(session, world.open, world.stranger, by=by, now=NOW)
    assert board.enrolments_without_application(session, world.open) == 1
