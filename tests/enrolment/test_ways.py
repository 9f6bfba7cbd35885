"""Ways of applications: one live one each, once, in order, with the terms of their day."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.enrolment import applying, deciding, nominations, queries, sponsoring, waiting
from learning.enrolment.actions import give_place
from learning.enrolment.answers import Step
from learning.enrolment.invariants import broken_places, overfull
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus, Move, Offer
from learning.enrolment.moving import Deed
from learning.enrolment.nominations import Nominee
from learning.enrolment.rules import Event, State, Who
from learning.enrolment.sponsoring import Contact
from learning.files.models import FileState, StoredFile
from learning.files.rules import Kind
from learning.kit.errors import Refused
from learning.mail.models import Mail
from tests.enrolment.making import NOW, a_draft, a_person, act, in_state
from tests.world import World


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
    nominations.nominate(session, sponsorship, nominee, now=NOW)
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
    assert (broken_places(session), overfull(session)) == ([], [])


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
    assert (broken_places(session), overfull(session)) == ([], [])


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
