"""The way of an application: every state, event and actor does what the table says, or nothing."""

import itertools

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from learning.admissions.rules import transitions
from learning.admissions.rules.states import ASSESSABLE, ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import (
    BY_EVENT,
    MESSAGES,
    OF_ENROLMENT,
    TRANSITIONS,
    GuardContext,
    TransitionGuard,
    TransitionProblem,
)
from learning.enrolment.rules import RULE_OF, ActorRole, EnrolmentStatus
from tests.admissions.factories import a_draft
from tests.world import World

EVERYTHING = GuardContext(satisfied=frozenset(TransitionGuard), reason="because")
PATHS_TO = """
    1  create         ->draft                          applicant sponsor
    2  submit         draft->submitted                 applicant sponsor
    3  start_review   submitted->under_review          registrar
    4  request_info   under_review->awaiting_info      registrar
    5  provide_info   awaiting_info->under_review      applicant sponsor
    6  accept         under_review->accepted           registrar
    7  waitlist       under_review->waitlisted         registrar
    8  promote        waitlisted->accepted             applicant registrar
    9  decline        under_review,waitlisted->declined registrar
    10 withdraw       submitted,under_review,awaiting_info,waitlisted->withdrawn applicant sponsor
    11 activate       accepted->enrolled               system
    12 lapse          accepted,waitlisted->lapsed      system registrar finance
    13 cancel         accepted->cancelled              applicant sponsor registrar
    14 transfer       accepted->transferred_out        registrar
    15 substitute     accepted->substituted_out        registrar
    18 cancel_edition draft,submitted,under_review,awaiting_info->edition_cancelled approver
    18 cancel_edition waitlisted,accepted->edition_cancelled approver
    19 reopen         declined,withdrawn,lapsed->under_review registrar
"""


def paths() -> dict[tuple[ApplicationState | None, ApplicationEvent, ActorRole], ApplicationState]:
    """Read the design's table, written out above by hand, independently of the code."""
    found: dict[tuple[ApplicationState | None, ApplicationEvent, ActorRole], ApplicationState] = {}
    for line in PATHS_TO.strip().splitlines():
        _, event, way, *who = line.split()
        before, after = way.split("->")
        for state, each in itertools.product(before.split(","), who):
            key = (
                ApplicationState(state) if state else None,
                ApplicationEvent(event),
                ActorRole(each),
            )
            found[key] = ApplicationState(after)
    return found


@pytest.mark.parametrize("state", [None, *ApplicationState])
def test_the_table_and_nothing_else(state: ApplicationState | None) -> None:
    """Every (state, event, actor): 15 x 17 x 7."""
    allowed = paths()
    for event, who in itertools.product(ApplicationEvent, ActorRole):
        refused = transitions.violation_of(state, event, who, EVERYTHING)
        if (state, event, who) in allowed:
            assert refused is None, (event, who)
            assert transitions.state_after(event) == allowed[state, event, who]
        else:
            assert isinstance(refused, TransitionProblem), (event, who)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.event)
def test_each_guard_alone_can_refuse(row: transitions.Transition) -> None:
    state, who = next(iter(row.before), None), next(iter(row.actor_roles))
    for guard in row.guards:
        lacking = GuardContext(
            satisfied=frozenset(TransitionGuard) - {guard},
            reason="" if guard is TransitionGuard.REASON else "because",
        )
        assert transitions.violation_of(state, row.event, who, lacking) is guard


def test_what_is_asked_of_whom() -> None:
    required_guards = {str(row.event): {str(guard) for guard in row.guards} for row in TRANSITIONS}
    assert required_guards == {
        "create": {"takes_applications"},
        "submit": {"before_deadline", "complete"},
        "start_review": set(),
        "request_info": {"reason"},
        "provide_info": {"reason", "in_time"},
        "accept": {"reason", "not_started", "seat_left"},
        "waitlist": {"reason"},
        "promote": {"not_started", "seat_left"},
        "decline": {"reason"},
        "withdraw": set(),
        "activate": {"settled"},
        "lapse": {"reason"},
        "cancel": {"reason"},
        "transfer": {"reason", "notice", "not_started", "seat_left"},
        "substitute": {"reason", "notice", "not_started", "complete"},
        "cancel_edition": {"reason"},
        "reopen": {"reason", "not_started"},
    }


def test_blank_is_no_reason() -> None:
    blank = GuardContext(satisfied=frozenset(TransitionGuard), reason=" \n")
    assert (
        transitions.violation_of(
            ApplicationState.UNDER_REVIEW, ApplicationEvent.DECLINE, ActorRole.REGISTRAR, blank
        )
        is TransitionGuard.REASON
    )


def test_every_refusal_has_words_and_every_event_a_row() -> None:
    assert set(MESSAGES) == {*TransitionGuard, *TransitionProblem}
    assert set(BY_EVENT) == set(ApplicationEvent)
    assert {row.number for row in TRANSITIONS} == {*range(1, 16), 18, 19}


def test_an_enrolment_ends_by_the_events_that_end_an_accepted_application() -> None:
    """What is asked for is one thing, before T11 and after."""
    for event, ends in OF_ENROLMENT.items():
        assert ApplicationState.ACCEPTED in BY_EVENT[event].before
        assert EnrolmentStatus.ACTIVE in RULE_OF[ends].before
        assert {transitions.role_in(who) for who in BY_EVENT[event].actor_roles} == RULE_OF[ends].by
    assert transitions.allowed_events(ApplicationState.ENROLLED, ActorRole.REGISTRAR) == []
    assert transitions.enrolment_events_for(EnrolmentStatus.ACTIVE, ActorRole.APPLICANT) == [
        ApplicationEvent.CANCEL
    ]
    assert transitions.enrolment_events_for(EnrolmentStatus.ACTIVE, ActorRole.REGISTRAR) == [
        ApplicationEvent.CANCEL, ApplicationEvent.TRANSFER, ApplicationEvent.SUBSTITUTE,
    ]  # fmt: skip
    assert transitions.enrolment_events_for(EnrolmentStatus.ACTIVE, ActorRole.APPROVER) == [
        ApplicationEvent.CANCEL_EDITION
    ]
    assert transitions.enrolment_events_for(EnrolmentStatus.COMPLETED, ActorRole.REGISTRAR) == []


def test_what_a_registrar_may_do_depends_on_the_state() -> None:
    assert transitions.allowed_events(ApplicationState.SUBMITTED, ActorRole.REGISTRAR) == [
        ApplicationEvent.START_REVIEW
    ]
    assert transitions.allowed_events(ApplicationState.DRAFT, ActorRole.REGISTRAR) == []
    assert ApplicationEvent.DECLINE in transitions.allowed_events(
        ApplicationState.WAITLISTED, ActorRole.REGISTRAR
    )


@pytest.mark.usefixtures("keep_trigger")
@pytest.mark.parametrize("before", ApplicationState)
def test_the_database_allows_the_same_ways(
    session: Session, world: World, before: ApplicationState
) -> None:
    """Raw SQL against the trigger: each pair of the table passes, each other one is refused."""
    application = a_draft(session, world)
    session.execute(text("DROP TRIGGER applications_transition" + on_table(session)))
    put(session, application.id, before)
    make_trigger_again(session)
    for after in ApplicationState:
        allowed = after is before or (before, after) in set(transitions.state_pairs())
        with session.begin_nested() as attempt:
            if allowed:
                put(session, application.id, after)
            else:
                with pytest.raises(DatabaseError, match="no such transition in applications"):
                    put(session, application.id, after)
            attempt.rollback()


def on_table(session: Session) -> str:
    return "" if session.get_bind().dialect.name == "sqlite" else " ON applications"


def make_trigger_again(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(TRIGGER["sqlite"]))
    else:
        session.execute(
            text(
                "CREATE TRIGGER applications_transition BEFORE UPDATE OF state ON applications"
                " FOR EACH ROW EXECUTE FUNCTION applications_transition()"
            )
        )


TRIGGER: dict[str, str] = {}


@pytest.fixture
def keep_trigger(session: Session) -> None:
    """Remember the trigger as the migration made it."""
    if session.get_bind().dialect.name == "sqlite":
        made = text("SELECT sql FROM sqlite_master WHERE name = 'applications_transition'")
        TRIGGER["sqlite"] = session.scalar(made) or ""


def put(session: Session, application_id: int, state: ApplicationState) -> None:
    session.execute(
        text("UPDATE applications SET state = :state WHERE id = :id"),
        {"state": str(state), "id": application_id},
    )


def test_scores_are_given_from_submission_until_a_decision() -> None:
    assert {state.value for state in ASSESSABLE} == {"submitted", "under_review", "awaiting_info"}
