"""Places that go on: to another edition with their person, or to somebody else (T14, T15)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.commands import decisions, transfers
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.events import ApplicationAccepted, SeatReleased
from learning.admissions.models import Application, Offer
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.queries.answers import details_of
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import seats
from learning.enrolment.events import EnrolmentConfirmed, EnrolmentEnded, PeopleEnrolled, SeatsFreed
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole, EnrolmentEvent, EnrolmentStatus
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from tests.admissions.factories import BILLING, NOW, a_draft, in_state, stage_of
from tests.world import World, make_edition, trail_is_whole

OWN = {
    "id", "reference", "edition_id", "created_at", "changed_at", "state", "version", "enrolment_id",
    "transferred_from_id", "substitutes_id", "billing_party_id", "answer_until",
    "enrolment_period",
}  # fmt: skip
STATEMENTS = {column.key for column in inspect(Application).column_attrs} - OWN
"""What an application says that goes along to another edition: every column but its own."""


@pytest.fixture
def later(session: Session, world: World) -> Edition:
    """The next edition, open for applications."""
    assert world.open
    return make_edition(session, "reintegration-later", -30, EditionStatus.OPEN)


def transition_of(world: World, event: ApplicationEvent, **more) -> TransitionRequest:
    by = world.staff[Role.REGISTRAR].id
    transition = TransitionRequest(
        event=event, actor_role=ActorRole.REGISTRAR, by=by, now=NOW, reason="They wrote on Monday."
    )
    return replace(transition, **more)


def moved(session: Session, world: World, application: Application, target: Edition, **more):
    return transfers.transfer(
        session, application, target, transition_of(world, ApplicationEvent.TRANSFER, **more)
    )


def handed(
    session: Session, world: World, application: Application, successor: Application, **more
):
    transition = transition_of(world, ApplicationEvent.SUBSTITUTE, **more)
    transfers.substitute(session, application, successor, transition)


def letters_to(session: Session, person_id: int) -> list[str]:
    email = session.get_one(Person, person_id).email
    kinds = select(OutgoingEmail.kind).where(OutgoingEmail.email == email)
    return list(session.scalars(kinds.order_by(OutgoingEmail.id)))


def place_of(session: Session, application: Application) -> Enrolment:
    return session.get_one(Enrolment, application.enrolment_id)


def test_an_enrolled_person_moves_with_everything_said_and_stays_enrolled(
    session: Session, world: World, later: Edition, heard: list[object]
) -> None:
    old = in_state(session, world, ApplicationState.ENROLLED, score=8125)
    heard.clear()
    messages = len(letters_to(session, old.person_id))
    new = moved(session, world, old, later)
    assert (stage_of(session, old), new.state) == (Stage.TRANSFERRED_OUT, ApplicationState.ENROLLED)
    assert new.transferred_from_id == old.id
    assert new.reference != old.reference
    for column in sorted(STATEMENTS):
        assert getattr(new, column) == getattr(old, column), column
    assert new.billing_party_id != old.billing_party_id
    assert details_of(session, new.billing_party_id) == BILLING
    was, agreed = agreement_of(session, old), agreement_of(session, new)
    assert (agreed.price, agreed.first_day) == (Money(98000, "EUR"), later.starts_on)
    assert agreed.continues_id == was.id
    assert place_of(session, old).status is EnrolmentStatus.WITHDRAWN
    assert place_of(session, new).edition_id == later.id
    assert letters_to(session, old.person_id)[messages:] == [
        "admissions.transferred",
        "enrolment.confirmed",
    ]
    assert [type(fact) for fact in heard] == [
        EnrolmentEnded, SeatReleased, ApplicationAccepted,
        PeopleEnrolled, EnrolmentConfirmed, SeatsFreed,
    ]  # fmt: skip
    ended, gone, accepted, _, confirmed, freed = heard
    assert (ended.enrolment_id, ended.event) == (old.enrolment_id, EnrolmentEvent.TRANSFER)
    assert (gone.application_id, accepted.application_id) == (old.id, new.id)
    assert (confirmed.enrolment_id, freed.edition_id) == (new.enrolment_id, world.open.id)
    history = [
        (m.event, m.before, m.after) for m in application_queries.transitions_of(session, new)
    ]
    assert history == [
        (ApplicationEvent.TRANSFER, None, ApplicationState.ACCEPTED),
        (ApplicationEvent.ACTIVATE, ApplicationState.ACCEPTED, ApplicationState.ENROLLED),
    ]
    assert trail_is_whole(session)


@pytest.mark.parametrize(
    ("before", "fee", "after"),
    [
        (ApplicationState.ACCEPTED, 98000, ApplicationState.ACCEPTED),
        (ApplicationState.ENROLLED, 98000, ApplicationState.ENROLLED),
        (ApplicationState.ENROLLED, 80000, ApplicationState.ENROLLED),
        (ApplicationState.ENROLLED, 120000, ApplicationState.ACCEPTED),
    ],
)
def test_a_place_waits_for_the_difference_in_a_dearer_edition(
    session: Session,
    world: World,
    later: Edition,
    before: ApplicationState,
    fee: int,
    after: ApplicationState,
) -> None:
    old = in_state(session, world, before)
    later.fee = Money(fee, "EUR")
    new = moved(session, world, old, later, now=NOW + timedelta(seconds=1))
    assert (new.state, agreement_of(session, new).price) == (after, Money(fee, "EUR"))


def test_a_fellow_stays_confirmed_wherever(session: Session, world: World, later: Edition) -> None:
    old = in_state(session, world, ApplicationState.UNDER_REVIEW, funding="fellowship")
    push_to_enrolled(session, world, old)
    later.fee = Money(120000, "EUR")
    assert moved(session, world, old, later).state is ApplicationState.ENROLLED


def push_to_enrolled(session: Session, world: World, application: Application) -> None:
    decisions.decide(session, application, transition_of(world, ApplicationEvent.ACCEPT))
    assert application.state is ApplicationState.ENROLLED


def test_the_seat_that_was_left_goes_to_the_waiting_list(
    session: Session, world: World, later: Edition
) -> None:
    world.open.capacity = 1
    old = in_state(session, world, ApplicationState.ENROLLED)
    waits = in_state(session, world, ApplicationState.WAITLISTED)
    moved(session, world, old, later)
    assert [offer.application_id for offer in session.scalars(select(Offer))] == [waits.id]


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("full", "seat_left"),
        ("closed", "not_started"),
        ("late", "notice"),
        ("silent", "reason"),
        ("twice", "elsewhere"),
        ("placed", "elsewhere"),
        ("stale", "invalid_transition"),
    ],
)
def test_what_speaks_against_a_transfer(
    session: Session, world: World, later: Edition, what: str, text: str
) -> None:
    old = in_state(session, world, ApplicationState.ENROLLED)
    person = session.get_one(Person, old.person_id)
    more = {}
    if what == "full":
        later.capacity = 1
        in_state(session, world, ApplicationState.ACCEPTED, edition=later)
    elif what == "closed":
        later.status = EditionStatus.DRAFT
    elif what == "late":
        more["received_on"] = world.open.starts_on - timedelta(days=13)
    elif what == "silent":
        more["reason"] = " "
    elif what == "twice":
        a_draft(session, world, person, edition=later)
    elif what == "placed":
        enrol_person(session, later, person, by=None, now=NOW)
    else:
        more["version"] = place_of(session, old).version - 1
    session.commit()
    with pytest.raises(RuleViolation, match=text):
        moved(session, world, old, later, **more)
    session.rollback()
    assert old.state is ApplicationState.ENROLLED
    assert place_of(session, old).status is EnrolmentStatus.ACTIVE


def test_the_last_day_for_a_notice_counts(session: Session, world: World, later: Edition) -> None:
    old = in_state(session, world, ApplicationState.ACCEPTED)
    day = world.open.starts_on - timedelta(days=14)
    at = datetime.combine(day, time(12), UTC)
    moved(session, world, old, later, received_on=day, now=at)
    assert application_queries.transitions_of(session, old)[-1].received_on == day


def test_a_transfer_is_made_once(session: Session, world: World, later: Edition) -> None:
    old = in_state(session, world, ApplicationState.ACCEPTED)
    moved(session, world, old, later)
    with pytest.raises(RuleViolation, match="elsewhere"):
        moved(session, world, old, later)
    assert len(session.scalars(select(Application)).all()) == 2


@pytest.mark.parametrize("before", [ApplicationState.ACCEPTED, ApplicationState.ENROLLED])
def test_a_seat_is_handed_over_and_never_free(
    session: Session, world: World, heard: list[object], before: ApplicationState
) -> None:
    world.open.capacity = 1
    old = in_state(session, world, before)
    successor = in_state(session, world, ApplicationState.UNDER_REVIEW)
    in_state(session, world, ApplicationState.WAITLISTED)
    world.open.fee = Money(120000, "EUR")  # since then
    heard.clear()
    handed(session, world, old, successor)
    assert (stage_of(session, old), successor.state) == (Stage.SUBSTITUTED_OUT, before)
    was, agreed = agreement_of(session, old), agreement_of(session, successor)
    assert successor.substitutes_id == old.id
    assert (agreed.price, agreed.continues_id) == (Money(98000, "EUR"), was.id)
    (accepted,) = [fact for fact in heard if isinstance(fact, ApplicationAccepted)]
    assert (accepted.application_id, accepted.fee_agreement_id) == (successor.id, agreed.id)
    assert session.scalars(select(Offer)).all() == []
    assert seats.occupied(session, world.open) == 1
    enrolled = before is ApplicationState.ENROLLED
    assert [type(fact) for fact in heard] == [
        *[EnrolmentEnded] * enrolled, SeatReleased, ApplicationAccepted,
        *[PeopleEnrolled, EnrolmentConfirmed] * enrolled,
    ]  # fmt: skip
    assert letters_to(session, old.person_id)[-1] == "admissions.substituted"
    confirmed = ["enrolment.confirmed"] * (before is ApplicationState.ENROLLED)
    assert letters_to(session, successor.person_id)[-1 - len(confirmed) :] == [
        "admissions.accepted",
        *confirmed,
    ]
    with pytest.raises(RuleViolation, match="substitute_decided"):
        handed(session, world, old, successor)
    assert trail_is_whole(session)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("late", "notice"),
        ("incomplete", "complete"),
        ("unread", "substitute_decided"),
        ("elsewhere", "substitute_decided"),
        ("silent", "reason"),
    ],
)
def test_what_speaks_against_a_substitution(
    session: Session, world: World, later: Edition, what: str, text: str
) -> None:
    old = in_state(session, world, ApplicationState.ENROLLED)
    edition = later if what == "elsewhere" else world.open
    state = ApplicationState.SUBMITTED if what == "unread" else ApplicationState.UNDER_REVIEW
    successor = in_state(session, world, state, edition=edition)
    more = {}
    if what == "late":
        more["received_on"] = world.open.starts_on - timedelta(days=13)
    elif what == "silent":
        more["reason"] = ""
    elif what == "incomplete":
        successor.gender = ""
    session.commit()
    with pytest.raises(RuleViolation, match=text):
        handed(session, world, old, successor, **more)
    session.rollback()
    assert (old.state, successor.state) == (ApplicationState.ENROLLED, state)
    assert place_of(session, old).status is EnrolmentStatus.ACTIVE
