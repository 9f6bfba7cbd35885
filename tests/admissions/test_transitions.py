"""Ways of applications: one live one each, once, in order, with the terms of their day."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.commands import (
    applications,
    decisions,
    nominations,
    sponsorships,
    waitlist,
)
from learning.admissions.commands.nominations import Nominee
from learning.admissions.commands.sponsorships import Contact
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application, ApplicationTransition, Offer
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.agreements import (
    agreement_of,
)
from learning.admissions.rules.answers import Step
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.enrolment.invariants import overfull
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole, EnrolmentStatus
from learning.files.models import FileState, StoredFile
from learning.files.rules import FileKind
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from tests.admissions.factories import NOW, a_draft, a_person, act, broken, in_state
from tests.world import World


def test_one_live_application_each(session: Session, world: World) -> None:
    person = a_person(session)
    first = a_draft(session, world, person)
    assert a_draft(session, world, person) is first
    second = Application(
        reference="X",
        edition_id=world.open.id,
        person_id=person.id,
        created_at=NOW,
        changed_at=NOW,
        name_key="x",
    )
    session.add(second)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_who_has_a_place_does_not_apply(session: Session, world: World) -> None:
    person = a_person(session)
    enrol_person(session, world.open, person, by=None, now=NOW)
    with pytest.raises(RuleViolation, match="enrolled"):
        a_draft(session, world, person)


def test_a_letter_that_was_found_infected_is_no_letter(session: Session, world: World) -> None:
    file = StoredFile(
        purpose="nomination_letter",
        slug="letter", key="letter", name="letter.pdf", kind=FileKind.PDF, size=10, sha256="x",
        state=FileState.CLEAN, owner_id=None, created_at=NOW,
    )  # fmt: skip
    session.add(file)
    session.flush()
    application = a_draft(session, world, funding="sponsor", sponsor_share=100, letter_id=file.id)
    assert applications.missing_steps(session, application) == []
    file.state = FileState.INFECTED
    assert applications.missing_steps(session, application) == [Step.LETTER]


def test_no_institution_takes_over_somebody_s_own_application(
    session: Session, world: World
) -> None:
    own = a_draft(session, world)
    contact = Contact(organisation="X", name="Y", email="y@example.org", language="fr")
    other = a_draft(session, world)
    sponsorship = sponsorships.invite_sponsor(session, other, contact, now=NOW)
    email = session.get_one(Person, own.person_id).email
    nominee = Nominee(name="Z", email=email, language="fr")
    nominations.nominate(session, sponsorship, nominee, now=NOW)
    assert (own.funding, own.sponsorship_id) == ("self", None)


def test_the_same_decision_twice_is_one_transition_and_one_email(
    session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    reason = "No seat for this group."
    act(session, world, application, ApplicationEvent.DECLINE, reason=reason)
    with pytest.raises(RuleViolation, match="invalid_transition"):
        act(session, world, application, ApplicationEvent.DECLINE, reason=reason)
    moves = select(func.count()).where(
        ApplicationTransition.application_id == application.id,
        ApplicationTransition.event == ApplicationEvent.DECLINE,
    )
    assert session.scalar(moves) == 1
    letters = select(func.count()).where(OutgoingEmail.kind == "admissions.declined")
    assert session.scalar(letters) == 1


def test_the_second_registrar_reads_that_it_moved_on(session: Session, world: World) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    version = application.version
    act(session, world, application, ApplicationEvent.ACCEPT)
    late = TransitionRequest(
        event=ApplicationEvent.DECLINE,
        actor_role=ActorRole.REGISTRAR,
        by=world.staff[Role.ADMINISTRATOR].id,
        now=NOW,
        reason="because",
        version=version,
    )
    with pytest.raises(RuleViolation, match="invalid_transition"):
        decisions.decide(session, application, late)


def test_acceptance_keeps_the_terms_of_its_day(session: Session, world: World) -> None:
    application = in_state(session, world, ApplicationState.ACCEPTED)
    agreement = agreement_of(session, application)
    assert agreement is not None
    assert agreement.price == Money(98000, "EUR")
    assert (agreement.first_day, agreement.agreed_at) == (world.open.starts_on, NOW)
    assert agreement.policy_version == "A9716205"


def test_a_fellowship_has_its_place_at_once(session: Session, world: World) -> None:
    application = in_state(session, world, ApplicationState.ACCEPTED, funding="fellowship")
    assert application.state is ApplicationState.ENROLLED
    assert session.get_one(Enrolment, application.enrolment_id).status is EnrolmentStatus.ACTIVE


def test_a_freed_seat_is_offered_once_in_order_and_never_to_who_left(
    session: Session, world: World
) -> None:
    world.open.capacity = 1
    seated = in_state(session, world, ApplicationState.ACCEPTED)
    low = in_state(session, world, ApplicationState.WAITLISTED, score=4000)
    high = in_state(session, world, ApplicationState.WAITLISTED, score=9000)
    act(session, world, seated, ApplicationEvent.CANCEL)
    assert [
        offer.application_id for offer in application_queries.open_offers(session, world.open.id)
    ] == [high.id]
    assert waitlist.offer_free_seats(session, world.open.id, now=NOW) == []
    assert waitlist.waitlist(session, world.open.id) == [high.id, low.id]
    act(session, world, high, ApplicationEvent.WITHDRAW)
    (offer,) = application_queries.open_offers(session, world.open.id)
    assert offer.application_id == low.id
    assert waitlist.expire_offers(session, now=offer.ends_at) == 1
    assert low.state is ApplicationState.LAPSED
    assert application_queries.open_offers(session, world.open.id) == []
    offered = select(func.count()).select_from(Offer)
    assert session.scalar(offered) == 2
    assert (broken(session), overfull(session)) == ([], [])


def test_an_offer_is_taken_or_too_late(session: Session, world: World) -> None:
    world.open.capacity = 1
    seated = in_state(session, world, ApplicationState.ACCEPTED)
    first = in_state(session, world, ApplicationState.WAITLISTED)
    act(session, world, seated, ApplicationEvent.CANCEL)
    (offer,) = application_queries.open_offers(session, world.open.id)
    late = TransitionRequest(
        event=ApplicationEvent.PROMOTE,
        actor_role=ActorRole.APPLICANT,
        by=first.person_id,
        now=offer.ends_at,
    )
    with pytest.raises(RuleViolation, match="offer_ended"):
        decisions.accept_offer(session, first, late)
    in_time = TransitionRequest(
        event=ApplicationEvent.PROMOTE, actor_role=ActorRole.APPLICANT, by=first.person_id, now=NOW
    )
    decisions.accept_offer(session, first, in_time)
    with pytest.raises(RuleViolation, match="offer_ended"):
        decisions.accept_offer(session, first, in_time)
    assert first.state is ApplicationState.ACCEPTED
    assert (broken(session), overfull(session)) == ([], [])


def test_a_second_seat_makes_a_second_offer(session: Session, world: World) -> None:
    world.open.capacity = 0 + 1
    seated = in_state(session, world, ApplicationState.ENROLLED)
    queue = [in_state(session, world, ApplicationState.WAITLISTED) for _ in range(3)]
    world.open.capacity = 2
    assert len(waitlist.offer_free_seats(session, world.open.id, now=NOW)) == 1
    act(session, world, seated, ApplicationEvent.CANCEL)
    offered = {
        offer.application_id for offer in application_queries.open_offers(session, world.open.id)
    }
    assert offered == {queue[0].id, queue[1].id}
    assert session.get_one(Enrolment, seated.enrolment_id).status is EnrolmentStatus.CANCELLED
