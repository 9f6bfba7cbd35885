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
from learning.audit.models import AuditRow
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import applying, deciding, passing, places, queries, waiting
from learning.enrolment.actions import enrol
from learning.enrolment.invariants import broken_places, overfull
from learning.enrolment.models import Application, Enrolment
from learning.enrolment.moving import Deed
from learning.enrolment.rules import BY_EVENT, LIVE, Event, State, Who, events_for
from learning.kit.errors import Refused
from tests.enrolment.making import NOW, WAYS, a_draft, a_person, act, resize
from tests.world import World, make_edition, trail_is_whole

LATER = "reintegration-later"
GIVE, TAKE = "give", "take"
HALF_WAY = (State.ENROLLED, State.ACCEPTED, State.WAITLISTED, State.WAITLISTED)
"""Where walks begin that are about seats: two are taken, two people wait."""
BY_HAND = (GIVE, TAKE, "1", "2", "3")
DOABLE = [event for event in Event if event not in {Event.CREATE, Event.INVOICE, Event.COMPLETE}]


def do(session: Session, world: World, application: Application, event: Event, who: Who) -> None:
    by = {
        Who.APPLICANT: application.person_id,
        Who.REGISTRAR: world.staff[Role.REGISTRAR].id,
        Who.FINANCE: world.staff[Role.FINANCE].id,
        Who.APPROVER: world.staff[Role.APPROVER].id,
    }.get(who)
    deed = Deed(event=event, who=who, by=by, now=NOW, reason="because")
    if event is Event.SUBMIT:
        applying.submit(session, application, deed)
    elif event is Event.ANSWER:
        applying.answer(session, application, deed)
    elif event is Event.WITHDRAW:
        applying.withdraw(session, application, deed)
    elif event is Event.PROMOTE and who is Who.APPLICANT:
        deciding.take_offer(session, application, deed)
    elif event is Event.TRANSFER:
        target = session.scalars(select(Edition).where(Edition.code == LATER)).one()
        passing.transfer(session, application, target, deed)
    elif event is Event.SUBSTITUTE:
        heirs = queries.being_read(session, world.open)
        passing.substitute(session, application, heirs[0] if heirs else application, deed)
    else:
        deciding.decide(session, application, deed)


def sensible(state: State, number: int) -> tuple[Event, Who]:
    """Return one of the deeds that the table allows in a state."""
    ways = [(e, w) for w in Who for e in events_for(state, w) if e in DOABLE]
    return ways[number % len(ways)] if ways else (Event.SUBMIT, Who.APPLICANT)


def check_everything(session: Session, edition: Edition) -> None:
    session.flush()
    assert broken_places(session) == []
    assert overfull(session) == []
    doubles = (
        select(Application.person_id)
        .where(Application.state.in_(LIVE))
        .group_by(Application.person_id, Application.edition_id)
        .having(func.count() > 1)
    )
    assert session.scalars(doubles).all() == []
    for application in session.scalars(select(Application)):
        moves = queries.moves_of(session, application)
        assert [m.before for m in moves[1:]] == [m.after for m in moves[:-1]]
        assert moves[-1].after is application.state
        subject = f"application {application.id}"
        trail = session.scalars(
            select(AuditRow.action)
            .where(AuditRow.subject == subject, AuditRow.action.like("application %"))
            .order_by(AuditRow.id)
        ).all()
        assert list(trail) == [f"application {move.event}" for move in moves]
    assert queries.seats_left(session, edition) >= 0


def check_books(session: Session, editions: Iterable[Edition], free: Mapping[int, int]) -> None:
    """Check everything; where more seats are free than before, nobody waits without an offer."""
    for edition in editions:
        check_everything(session, edition)
        if queries.seats_left(session, edition) > free[edition.id]:
            assert idle_seats(session, edition) == 0


def idle_seats(session: Session, edition: Edition) -> int:
    """Return how many seats nobody is offered though somebody waits for one."""
    offered = {offer.application_id for offer in queries.open_offers(session, edition.id)}
    waiting_for = set(waiting.waiting_list(session, edition.id)) - offered
    return min(queries.seats_left(session, edition), len(waiting_for))


def by_hand(session: Session, world: World, wish: str, person: Person) -> None:
    """Do what staff do without an application: a place given or taken, another capacity."""
    registrar = world.staff[Role.REGISTRAR].id
    if wish == GIVE:
        new = NewPerson(email=person.email, name=person.name)
        enrol(session, world.open, new, by=registrar, now=NOW)
    elif wish == TAKE:
        place = session.scalars(
            select(Enrolment).where(
                Enrolment.person_id == person.id, Enrolment.edition_id == world.open.id
            )
        ).first()
        if place is not None:
            places.withdraw(session, place, by=registrar, now=NOW, reason="because")
    else:
        resize(session, world.open, int(wish), by=registrar)


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
                st.tuples(st.sampled_from(DOABLE), st.sampled_from(Who)),
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
    deeds: list[tuple[int, int | str | tuple[Event, Who]]],
    half_way: bool,
) -> None:
    """Four candidates, two seats here and one in the next edition: the books are always right.

    Whoever does whatever, refused or not. A number picks something that the table allows; a word
    is what staff do by hand; the rest is anything at all. Whatever frees a seat, it is offered.
    """
    with undone(session):
        world.open.capacity = 2
        later = make_edition(session, LATER, -30, EditionStatus.OPEN)
        later.capacity = 1
        people = [a_person(session) for _ in range(4)]
        applications = [a_draft(session, world, person) for person in people]
        for application, state in zip(applications, HALF_WAY if half_way else (), strict=False):
            for event in WAYS[state]:
                act(session, world, application, event)
        for number, wish in deeds:
            application = applications[number]
            free = {each.id: queries.seats_left(session, each) for each in (world.open, later)}
            if isinstance(wish, str):
                with suppress(Refused), session.begin_nested():
                    by_hand(session, world, wish, people[number])
                check_books(session, (world.open, later), free)
                continue
            event, who = wish if isinstance(wish, tuple) else sensible(application.state, wish)
            before = (application.state, application.version)
            allowed = application.state in BY_EVENT[event].before and who in BY_EVENT[event].who
            try:
                with session.begin_nested():
                    do(session, world, application, event, who)
            except Refused:
                session.refresh(application)
                assert (application.state, application.version) == before
            else:
                assert allowed or application.version == before[1]
            check_books(session, (world.open, later), free)
        assert trail_is_whole(session)
