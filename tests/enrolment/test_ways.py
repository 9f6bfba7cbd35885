"""Whatever people do, in whatever order: seats are live places, one live application each."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.audit.models import AuditRow
from learning.audit.queries import broken_at
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import applying, deciding, passing, queries, sponsoring, waiting
from learning.enrolment.actions import give_place
from learning.enrolment.answers import Step
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus, Move, Offer
from learning.enrolment.moving import Deed
from learning.enrolment.rules import BY_EVENT, LIVE, Event, State, Who, events_for
from learning.enrolment.sponsoring import Contact, Nominee
from learning.files.models import FileState, StoredFile
from learning.files.rules import Kind
from learning.kit.errors import Refused
from learning.mail.models import Mail
from tests.enrolment.making import NOW, a_draft, a_person, act, in_state
from tests.world import World, make_edition

LATER = "reintegration-later"
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
    placed = session.scalars(
        select(Application).where(
            Application.edition_id == edition.id,
            Application.state.in_({State.ACCEPTED, State.ENROLLED}),
        )
    ).all()
    offers = queries.open_offers(session, edition.id)
    closed = select(func.count()).where(
        Application.edition_id == edition.id,
        Application.state.in_({State.NOT_COMPLETED, State.NO_SHOW}),
    )
    seats = len(placed) + len(offers) + (session.scalar(closed) or 0)
    assert queries.seats_taken(session, edition) == seats <= edition.capacity
    for application in placed:
        if application.state is State.ENROLLED:
            place = session.get_one(Enrolment, application.enrolment_id)
            assert place.status is EnrolmentStatus.ACTIVE
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


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.one_of(st.integers(0, 20), st.tuples(st.sampled_from(DOABLE), st.sampled_from(Who))),
        ),
        min_size=10,
        max_size=40,
    )
)
def test_random_ways(
    session: Session, world: World, deeds: list[tuple[int, int | tuple[Event, Who]]]
) -> None:
    """Four candidates, two seats here and one in the next edition: the books are always right.

    Whoever does whatever, refused or not. A number picks something that the table allows; the rest
    is anything at all.
    """
    outer = session.begin_nested()
    world.open.capacity = 2
    later = make_edition(session, LATER, -30, EditionStatus.OPEN)
    later.capacity = 1
    people = [a_person(session) for _ in range(4)]
    applications = [a_draft(session, world, person) for person in people]
    for number, wish in deeds:
        application = applications[number]
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
        check_everything(session, world.open)
        check_everything(session, later)
    assert broken_at(session) is None
    outer.rollback()


def test_one_live_application_each(session: Session, world: World) -> None:
    person = a_person(session)
    first = a_draft(session, world, person)
    assert a_draft(session, world, person) is first
    second = Application(
        reference="X",
        edition_id=world.open.id,
        person_id=person.id,
        made_at=NOW,
        changed_at=NOW,
        name_key="x",
    )
    session.add(second)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_who_has_a_place_does_not_apply(session: Session, world: World) -> None:
    person = a_person(session)
    give_place(session, world.open, person, by=None, now=NOW)
    with pytest.raises(Refused, match="has a place"):
        a_draft(session, world, person)


def test_a_letter_that_was_found_infected_is_no_letter(session: Session, world: World) -> None:
    file = StoredFile(
        slug="letter", key="letter", name="letter.pdf", kind=Kind.PDF, size=10, sha256="x",
        state=FileState.CLEAN, owner_id=None, made_at=NOW,
    )  # fmt: skip
    session.add(file)
    session.flush()
    application = a_draft(session, world, funding="sponsor", sponsor_share=100, letter_id=file.id)
    assert applying.missing(session, application) == []
    file.state = FileState.INFECTED
    assert applying.missing(session, application) == [Step.LETTER]


def test_no_institution_takes_over_somebody_s_own_application(
    session: Session, world: World
) -> None:
    own = a_draft(session, world)
    contact = Contact(organisation="X", name="Y", email="y@example.org", language="fr")
    other = a_draft(session, world)
    sponsorship = sponsoring.ask_sponsor(session, other, contact, now=NOW)
    email = session.get_one(Person, own.person_id).email
    nominee = Nominee(name="Z", email=email, language="fr")
    with pytest.raises(Refused, match="of their own"):
        sponsoring.nominate(session, sponsorship, nominee, now=NOW)
    assert (own.funding, own.sponsorship_id) == ("self", None)


def test_a_double_click_is_one_move_and_one_letter(session: Session, world: World) -> None:
    application = in_state(session, world, State.UNDER_REVIEW)
    for _ in range(2):
        act(session, world, application, Event.DECLINE, reason="No seat for this group.")
    moves = select(func.count()).where(
        Move.application_id == application.id, Move.event == Event.DECLINE
    )
    assert session.scalar(moves) == 1
    letters = select(func.count()).where(Mail.kind == "enrolment.declined")
    assert session.scalar(letters) == 1


def test_the_second_registrar_reads_that_it_moved_on(session: Session, world: World) -> None:
    application = in_state(session, world, State.UNDER_REVIEW)
    version = application.version
    act(session, world, application, Event.ACCEPT)
    late = Deed(
        event=Event.DECLINE,
        who=Who.REGISTRAR,
        by=world.staff[Role.ADMINISTRATOR].id,
        now=NOW,
        reason="because",
        version=version,
    )
    with pytest.raises(Refused, match="moved on"):
        deciding.decide(session, application, late)


def test_acceptance_keeps_the_terms_of_its_day(session: Session, world: World) -> None:
    application = in_state(session, world, State.ACCEPTED)
    assert (application.fee_minor, application.fee_currency) == (98000, "EUR")
    assert application.starts_on_at_acceptance == world.open.starts_on
    assert application.policy_version == deciding.POLICY


def test_a_fellowship_has_its_place_at_once(session: Session, world: World) -> None:
    application = in_state(session, world, State.ACCEPTED, funding="fellowship")
    assert application.state is State.ENROLLED
    assert session.get_one(Enrolment, application.enrolment_id).status is EnrolmentStatus.ACTIVE


def test_a_freed_seat_is_offered_once_in_order_and_never_to_who_left(
    session: Session, world: World
) -> None:
    world.open.capacity = 1
    seated = in_state(session, world, State.ACCEPTED)
    low = in_state(session, world, State.WAITLISTED, score=4000)
    high = in_state(session, world, State.WAITLISTED, score=9000)
    act(session, world, seated, Event.CANCEL)
    assert [offer.application_id for offer in queries.open_offers(session, world.open.id)] == [
        high.id
    ]
    assert waiting.fill(session, world.open.id, now=NOW) == []
    assert waiting.waiting_list(session, world.open.id) == [high.id, low.id]
    act(session, world, high, Event.WITHDRAW)
    (offer,) = queries.open_offers(session, world.open.id)
    assert offer.application_id == low.id
    assert waiting.expire(session, now=offer.ends_at) == 1
    assert low.state is State.LAPSED
    assert queries.open_offers(session, world.open.id) == []
    offered = select(func.count()).select_from(Offer)
    assert session.scalar(offered) == 2
    check_everything(session, world.open)


def test_an_offer_is_taken_or_too_late(session: Session, world: World) -> None:
    world.open.capacity = 1
    seated = in_state(session, world, State.ACCEPTED)
    first = in_state(session, world, State.WAITLISTED)
    act(session, world, seated, Event.CANCEL)
    (offer,) = queries.open_offers(session, world.open.id)
    late = Deed(event=Event.PROMOTE, who=Who.APPLICANT, by=first.person_id, now=offer.ends_at)
    with pytest.raises(Refused, match="has ended"):
        deciding.take_offer(session, first, late)
    in_time = Deed(event=Event.PROMOTE, who=Who.APPLICANT, by=first.person_id, now=NOW)
    assert deciding.take_offer(session, first, in_time)
    assert not deciding.take_offer(session, first, in_time)
    assert first.state is State.ACCEPTED
    check_everything(session, world.open)


def test_a_second_seat_makes_a_second_offer(session: Session, world: World) -> None:
    world.open.capacity = 0 + 1
    seated = in_state(session, world, State.ENROLLED)
    queue = [in_state(session, world, State.WAITLISTED) for _ in range(3)]
    world.open.capacity = 2
    assert len(waiting.fill(session, world.open.id, now=NOW)) == 1
    act(session, world, seated, Event.CANCEL)
    offered = {offer.application_id for offer in queries.open_offers(session, world.open.id)}
    assert offered == {queue[0].id, queue[1].id}
    assert session.get_one(Enrolment, seated.enrolment_id).status is EnrolmentStatus.WITHDRAWN
