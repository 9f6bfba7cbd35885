"""Places that go on: to another edition with their person, or to somebody else (T14, T15)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import deciding, passing, queries
from learning.enrolment.actions import give_place
from learning.enrolment.events import ApplicationAccepted, PlaceCancelled, PlaceConfirmed
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus, Offer
from learning.enrolment.moving import Deed
from learning.enrolment.rules import Event, State, Who
from learning.kit.errors import Refused
from learning.kit.money import Money
from learning.mail.models import Mail
from tests.enrolment.making import NOW, a_draft, in_state
from tests.world import World, make_edition, trail_is_whole


@pytest.fixture
def later(session: Session, world: World) -> Edition:
    """The next edition, open for applications."""
    assert world.open
    return make_edition(session, "reintegration-later", -30, EditionStatus.OPEN)


@pytest.fixture
def heard(session: Session) -> list[object]:
    """What rooms above would hear, in order."""
    told: list[object] = []
    facts = (ApplicationAccepted, PlaceConfirmed, PlaceCancelled)
    session.info["reactions"] = {fact: (lambda _, said: told.append(said),) for fact in facts}
    return told


def deed_of(world: World, event: Event, **more) -> Deed:
    by = world.staff[Role.REGISTRAR].id
    deed = Deed(event=event, who=Who.REGISTRAR, by=by, now=NOW, reason="They wrote on Monday.")
    return replace(deed, **more)


def moved(session: Session, world: World, application: Application, target: Edition, **more):
    return passing.transfer(session, application, target, deed_of(world, Event.TRANSFER, **more))


def handed(session: Session, world: World, application: Application, heir: Application, **more):
    deed = deed_of(world, Event.SUBSTITUTE, **more)
    return passing.substitute(session, application, heir, deed)


def letters_to(session: Session, person_id: int) -> list[str]:
    email = session.get_one(Person, person_id).email
    kinds = select(Mail.kind).where(Mail.email == email).order_by(Mail.id)
    return list(session.scalars(kinds))


def place_of(session: Session, application: Application) -> Enrolment:
    return session.get_one(Enrolment, application.enrolment_id)


def test_an_enrolled_person_moves_with_everything_said_and_stays_enrolled(
    session: Session, world: World, later: Edition, heard: list[object]
) -> None:
    old = in_state(session, world, State.ENROLLED, score=8125)
    heard.clear()
    told = len(letters_to(session, old.person_id))
    new = moved(session, world, old, later)
    assert (old.state, new.state) == (State.TRANSFERRED_OUT, State.ENROLLED)
    assert new.transferred_from_id == old.id
    assert new.reference != old.reference
    for column in passing.KEPT:
        assert getattr(new, column) == getattr(old, column), column
    assert (new.fee_minor, new.starts_on_at_acceptance) == (98000, later.starts_on)
    assert place_of(session, old).status is EnrolmentStatus.WITHDRAWN
    assert place_of(session, new).edition_id == later.id
    assert letters_to(session, old.person_id)[told:] == [
        "enrolment.transferred",
        "enrolment.place-given",
    ]
    assert [(type(fact), fact.application_id) for fact in heard] == [
        (PlaceCancelled, old.id),
        (ApplicationAccepted, new.id),
        (PlaceConfirmed, new.id),
    ]
    history = [(m.event, m.before, m.after) for m in queries.moves_of(session, new)]
    assert history == [
        (Event.TRANSFER, None, State.ACCEPTED),
        (Event.ACTIVATE, State.ACCEPTED, State.ENROLLED),
    ]
    assert trail_is_whole(session)


@pytest.mark.parametrize(
    ("before", "fee", "after"),
    [
        (State.ACCEPTED, 98000, State.ACCEPTED),
        (State.ENROLLED, 98000, State.ENROLLED),
        (State.ENROLLED, 80000, State.ENROLLED),
        (State.ENROLLED, 120000, State.ACCEPTED),
    ],
)
def test_a_place_waits_for_the_difference_in_a_dearer_edition(
    session: Session, world: World, later: Edition, before: State, fee: int, after: State
) -> None:
    old = in_state(session, world, before)
    later.fee = Money(fee, "EUR")
    new = moved(session, world, old, later)
    assert (new.state, new.fee_minor) == (after, fee)


def test_a_fellow_stays_confirmed_wherever(session: Session, world: World, later: Edition) -> None:
    old = in_state(session, world, State.UNDER_REVIEW, funding="fellowship")
    push_to_enrolled(session, world, old)
    later.fee = Money(120000, "EUR")
    assert moved(session, world, old, later).state is State.ENROLLED


def push_to_enrolled(session: Session, world: World, application: Application) -> None:
    deciding.decide(session, application, deed_of(world, Event.ACCEPT))
    assert application.state is State.ENROLLED


def test_the_seat_that_was_left_goes_to_the_waiting_list(
    session: Session, world: World, later: Edition
) -> None:
    world.open.capacity = 1
    old = in_state(session, world, State.ENROLLED)
    waits = in_state(session, world, State.WAITLISTED)
    moved(session, world, old, later)
    assert [offer.application_id for offer in session.scalars(select(Offer))] == [waits.id]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("full", "No seat is left"),
        ("closed", "has begun"),
        ("late", "notice of 14 days"),
        ("silent", "Say why"),
        ("twice", "there already"),
        ("placed", "there already"),
        ("stale", "moved on"),
    ],
)
def test_what_speaks_against_a_transfer(
    session: Session, world: World, later: Edition, what: str, said: str
) -> None:
    old = in_state(session, world, State.ENROLLED)
    person = session.get_one(Person, old.person_id)
    more = {}
    if what == "full":
        later.capacity = 1
        in_state(session, world, State.ACCEPTED, edition=later)
    elif what == "closed":
        later.status = EditionStatus.DRAFT
    elif what == "late":
        more["noticed_on"] = world.open.starts_on - timedelta(days=13)
    elif what == "silent":
        more["reason"] = " "
    elif what == "twice":
        a_draft(session, world, person, edition=later)
    elif what == "placed":
        give_place(session, later, person, by=None, now=NOW)
    else:
        more["version"] = old.version - 1
    session.commit()
    with pytest.raises(Refused, match=said):
        moved(session, world, old, later, **more)
    session.rollback()
    assert old.state is State.ENROLLED
    assert place_of(session, old).status is EnrolmentStatus.ACTIVE


def test_the_last_day_for_a_notice_counts(session: Session, world: World, later: Edition) -> None:
    old = in_state(session, world, State.ACCEPTED)
    day = world.open.starts_on - timedelta(days=14)
    moved(session, world, old, later, noticed_on=day)
    assert queries.moves_of(session, old)[-1].noticed_on == day


def test_a_transfer_is_made_once(session: Session, world: World, later: Edition) -> None:
    old = in_state(session, world, State.ACCEPTED)
    assert moved(session, world, old, later) is not None
    assert moved(session, world, old, later) is None
    assert len(session.scalars(select(Application)).all()) == 2


@pytest.mark.parametrize("before", [State.ACCEPTED, State.ENROLLED])
def test_a_seat_is_handed_over_and_never_free(
    session: Session, world: World, heard: list[object], before: State
) -> None:
    world.open.capacity = 1
    old = in_state(session, world, before)
    heir = in_state(session, world, State.UNDER_REVIEW)
    in_state(session, world, State.WAITLISTED)
    old.fee_minor = 90000
    heard.clear()
    assert handed(session, world, old, heir) is True
    assert (old.state, heir.state) == (State.SUBSTITUTED_OUT, before)
    assert (heir.substitutes_id, heir.fee_minor) == (old.id, 90000)
    assert session.scalars(select(Offer)).all() == []
    assert queries.seats_taken(session, world.open) == 1
    assert type(heard[0]) is PlaceCancelled
    assert [fact.application_id for fact in heard[1:]] == [heir.id] * (len(heard) - 1)
    assert letters_to(session, old.person_id)[-1] == "enrolment.substituted"
    confirmed = ["enrolment.place-given"] * (before is State.ENROLLED)
    assert letters_to(session, heir.person_id)[-1 - len(confirmed) :] == [
        "enrolment.accepted",
        *confirmed,
    ]
    assert handed(session, world, old, heir) is False
    assert trail_is_whole(session)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("late", "notice of 14 days"),
        ("incomplete", "still missing"),
        ("unread", "not being read"),
        ("elsewhere", "not being read"),
        ("silent", "Say why"),
    ],
)
def test_what_speaks_against_a_substitution(
    session: Session, world: World, later: Edition, what: str, said: str
) -> None:
    old = in_state(session, world, State.ENROLLED)
    edition = later if what == "elsewhere" else world.open
    state = State.SUBMITTED if what == "unread" else State.UNDER_REVIEW
    heir = in_state(session, world, state, edition=edition)
    more = {}
    if what == "late":
        more["noticed_on"] = world.open.starts_on - timedelta(days=13)
    elif what == "silent":
        more["reason"] = ""
    elif what == "incomplete":
        heir.gender = ""
    session.commit()
    with pytest.raises(Refused, match=said):
        handed(session, world, old, heir, **more)
    session.rollback()
    assert (old.state, heir.state) == (State.ENROLLED, state)
    assert place_of(session, old).status is EnrolmentStatus.ACTIVE
