"""Whatever people do, in whatever order: seats are live places, one live application each."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person
from learning.admissions.commands import applications, decisions, transfers, transitions, waitlist
from learning.admissions.commands.transitions import TransitionRequest, possible_events
from learning.admissions.models import Application
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationEvent, ApplicationState
from learning.audit.models import AuditEntry
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import seats
from learning.enrolment.commands import EnrolmentChange, apply_transition
from learning.enrolment.invariants import overfull
from learning.enrolment.models import Enrolment, EnrolmentTransition
from learning.enrolment.rules import ActorRole, EnrolmentEvent, EnrolmentGuard
from learning.kit.errors import RuleViolation
from learning.participants import commands
from learning.participants.commands import enrol
from tests.admissions.factories import NOW, PATHS_TO, a_draft, a_person, act, broken, resize
from tests.world import World, make_edition, trail_is_whole

LATER = "reintegration-later"
GIVE, TAKE, APPLY = "give", "take", "apply"
HALF_WAY = (
    ApplicationState.ENROLLED,
    ApplicationState.ACCEPTED,
    ApplicationState.WAITLISTED,
    ApplicationState.WAITLISTED,
)
"""Where walks begin that are about seats: two are taken, two people wait."""
BY_HAND = (GIVE, TAKE, APPLY, "1", "2", "3", "complete", "close", "mark_no_show", "reinstate")
DOABLE = [event for event in ApplicationEvent if event is not ApplicationEvent.CREATE]
LATER_ON = {
    EnrolmentEvent.COMPLETE: ActorRole.SYSTEM,
    EnrolmentEvent.CLOSE: ActorRole.REGISTRAR,
    EnrolmentEvent.MARK_NO_SHOW: ActorRole.REGISTRAR,
    EnrolmentEvent.REINSTATE: ActorRole.REGISTRAR,
}


def do(
    session: Session,
    world: World,
    application: Application,
    event: ApplicationEvent,
    who: ActorRole,
) -> None:
    by = {
        ActorRole.APPLICANT: application.person_id,
        ActorRole.REGISTRAR: world.staff[Role.REGISTRAR].id,
        ActorRole.FINANCE: world.staff[Role.FINANCE].id,
        ActorRole.APPROVER: world.staff[Role.APPROVER].id,
    }.get(who)
    transition = TransitionRequest(event=event, actor_role=who, by=by, now=NOW, reason="because")
    if event is ApplicationEvent.SUBMIT:
        applications.submit(session, application, transition)
    elif event is ApplicationEvent.PROVIDE_INFO:
        applications.provide_info(session, application, transition)
    elif event is ApplicationEvent.WITHDRAW:
        applications.withdraw(session, application, transition)
    elif event is ApplicationEvent.PROMOTE and who is ActorRole.APPLICANT:
        decisions.accept_offer(session, application, transition)
    elif event is ApplicationEvent.TRANSFER:
        target = session.scalars(select(Edition).where(Edition.code == LATER)).one()
        transfers.transfer(session, application, target, transition)
    elif event is ApplicationEvent.SUBSTITUTE:
        successors = application_queries.applications_under_review(session, world.open)
        transfers.substitute(
            session, application, successors[0] if successors else application, transition
        )
    else:
        decisions.decide(session, application, transition)


def possible(session: Session, application: Application, who: ActorRole) -> list[ApplicationEvent]:
    return possible_events(application, transitions.enrolment_of(session, application), who)


def sensible(
    session: Session, application: Application, number: int
) -> tuple[ApplicationEvent, ActorRole]:
    """Return one of the actions that the tables allow now."""
    paths = [(e, w) for w in ActorRole for e in possible(session, application, w) if e in DOABLE]
    return paths[number % len(paths)] if paths else (ApplicationEvent.SUBMIT, ActorRole.APPLICANT)


def outcome(session: Session, application: Application) -> tuple[object, ...]:
    """Return all that an action may change of an application, and of what it has led to."""
    enrolment = transitions.enrolment_of(session, application)
    now = (enrolment.status, enrolment.version) if enrolment else ()
    return application.state, application.version, *now


def check_everything(session: Session, edition: Edition) -> None:
    session.flush()
    assert broken(session) == []
    assert overfull(session) == []
    doubles = (
        select(Application.person_id)
        .where(Application.state.in_(ACTIVE_STATES))
        .group_by(Application.person_id, Application.edition_id)
        .having(func.count() > 1)
    )
    assert session.scalars(doubles).all() == []
    for application in session.scalars(select(Application)):
        moves = application_queries.transitions_of(session, application)
        assert [m.before for m in moves[1:]] == [m.after for m in moves[:-1]]
        assert moves[-1].after is application.state
        subject = f"application {application.id}"
        trail = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject == subject, AuditEntry.action.like("application %"))
            .order_by(AuditEntry.id)
        ).all()
        assert [each.action for each in trail] == [f"application {move.event}" for move in moves]
        assert not any("because" in each.detail for each in trail), "the trail is never erased"
    for enrolment in session.scalars(select(Enrolment).where(Enrolment.edition_id == edition.id)):
        check_history(session, enrolment)
    assert seats.free(session, edition) >= 0


def check_history(session: Session, enrolment: Enrolment) -> None:
    """Check that an enrolment is what its history and the trail say of it."""
    own = select(EnrolmentTransition).where(EnrolmentTransition.enrolment_id == enrolment.id)
    history = session.scalars(own.order_by(EnrolmentTransition.id)).all()
    assert [t.before for t in history] == [None, *(t.after for t in history[:-1])]
    assert (history[-1].after, history[-1].period) == (enrolment.status, enrolment.period)
    assert len(history) == enrolment.version + 1
    trail = session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject == f"enrolment {enrolment.id}")
        .order_by(AuditEntry.id)
    ).all()
    assert list(trail) == [f"enrolment {t.event}" for t in history]


def check_books(session: Session, editions: Iterable[Edition], free: Mapping[int, int]) -> None:
    """Check everything; where more seats are free than before, nobody waits without an offer."""
    for edition in editions:
        check_everything(session, edition)
        if seats.free(session, edition) > free[edition.id]:
            assert idle_seats(session, edition) == 0


def idle_seats(session: Session, edition: Edition) -> int:
    """Return how many seats nobody is offered though somebody waits for one."""
    offered = {
        offer.application_id for offer in application_queries.open_offers(session, edition.id)
    }
    waiting_for = set(waitlist.waitlist(session, edition.id)) - offered
    return min(seats.free(session, edition), len(waiting_for))


def by_hand(session: Session, world: World, wish: str, person: Person) -> None:
    """Do what staff do without an application: a place given or taken, another capacity."""
    registrar = world.staff[Role.REGISTRAR].id
    if wish == GIVE:
        new = NewPerson(email=person.email, name=person.name)
        enrol(session, world.open, new, by=registrar, now=NOW)
    elif not wish.isdecimal():
        place = session.scalars(
            select(Enrolment).where(
                Enrolment.person_id == person.id, Enrolment.edition_id == world.open.id
            )
        ).first()
        if place is not None and wish == TAKE:
            commands.withdraw(session, place, by=registrar, now=NOW)
        elif place is not None:
            later_on(session, place, EnrolmentEvent(wish))
    else:
        resize(session, world.open, int(wish), by=registrar)


def later_on(session: Session, enrolment: Enrolment, event: EnrolmentEvent) -> None:
    """Let an enrolment end as the course does, or be taken up again."""
    change = EnrolmentChange(
        event=event, actor_role=LATER_ON[event], by=None, now=NOW, reason="because"
    )
    with seats.seat_changes(session, enrolment.edition_id, now=NOW):
        apply_transition(session, enrolment, change, frozenset(EnrolmentGuard))


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Undo whatever is done, so that the next walk begins where this one began."""
    outer = session.begin_nested()
    try:
        yield
    finally:
        if outer.is_active:
            outer.rollback()
        else:
            session.rollback()


@settings(
    max_examples=25,
    phases=[Phase.generate],  # to make a failing walk shorter takes longer than a test may
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.one_of(
                st.integers(0, 20),
                st.tuples(st.sampled_from(DOABLE), st.sampled_from(ActorRole)),
                st.sampled_from(BY_HAND),
            ),
        ),
        min_size=10,
        max_size=40,
    ),
    st.booleans(),
)
def test_random_ways(
    session: Session,
    world: World,
    transitions: list[tuple[int, int | str | tuple[ApplicationEvent, ActorRole]]],
    half_way: bool,
) -> None:
    """Four candidates, two seats here and one in the next edition: the books are always right.

    Anybody does anything, refused or not. A number picks something that the table allows; a word
    is what staff do by hand; the rest is anything at all. Whatever frees a seat, it is offered.
    """
    with undone(session):
        world.open.capacity = 2
        later = make_edition(session, LATER, -30, EditionStatus.OPEN)
        later.capacity = 1
        people = [a_person(session) for _ in range(4)]
        applications = [a_draft(session, world, person) for person in people]
        for application, state in zip(applications, HALF_WAY if half_way else (), strict=False):
            for event in PATHS_TO[state]:
                act(session, world, application, event)
        for number, wish in transitions:
            application = applications[number]
            free = {each.id: seats.free(session, each) for each in (world.open, later)}
            if wish == APPLY:
                with suppress(RuleViolation), session.begin_nested():
                    applications[number] = a_draft(session, world, people[number])
                check_books(session, (world.open, later), free)
                continue
            if isinstance(wish, str):
                with suppress(RuleViolation), session.begin_nested():
                    by_hand(session, world, wish, people[number])
                check_books(session, (world.open, later), free)
                continue
            event, who = wish if isinstance(wish, tuple) else sensible(session, application, wish)
            before = outcome(session, application)
            allowed = event in possible(session, application, who)
            try:
                with session.begin_nested():
                    do(session, world, application, event, who)
            except RuleViolation:
                session.refresh(application)
                assert outcome(session, application) == before
            else:
                assert allowed or outcome(session, application) == before
            check_books(session, (world.open, later), free)
        assert trail_is_whole(session)
