"""The waiting list: an offer ends alone, in time, and leaves its seat to the next in order."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.commands import waitlist
from learning.admissions.models import Application, Offer, OfferOutcome
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.states import ApplicationState
from learning.audit.models import AuditEntry
from learning.catalogue.models import EditionStatus
from learning.enrolment import seats
from learning.enrolment.events import SeatsFreed
from learning.enrolment.models import ReservationKind, SeatReservation
from learning.jobs.models import Job
from learning.kit.errors import RuleViolation
from learning.kit.time import start_of_day
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW, in_state
from tests.world import World, make_edition

LATER = NOW + timedelta(hours=1)


def offers_made(session: Session, world: World, number: int) -> list[Offer]:
    """Return the offers of so many seats of the open edition, each to another person."""
    world.open.capacity = number
    for _ in range(number):
        in_state(session, world, ApplicationState.WAITLISTED)
    made = waitlist.offer_free_seats(session, world.open.id, now=NOW)
    session.commit()
    return made


def application_of(session: Session, offer: Offer) -> Application:
    return session.get_one(Application, offer.application_id)


def open_to(session: Session, world: World) -> list[int]:
    """Return whose offers are open, by the id of their application."""
    return [
        offer.application_id for offer in application_queries.open_offers(session, world.open.id)
    ]


def test_ending_one_offer_ends_one_offer(session: Session, world: World) -> None:
    first, second = offers_made(session, world, 2)
    later_edition = make_edition(session, "reintegration-later", -30, EditionStatus.OPEN)
    in_state(session, world, ApplicationState.WAITLISTED, edition=later_edition)
    (elsewhere,) = waitlist.offer_free_seats(session, later_edition.id, now=NOW)
    session.commit()
    assert waitlist.end_offer(session, first, OfferOutcome.DECLINED, LATER)
    assert (first.ended_at, first.outcome) == (LATER, OfferOutcome.DECLINED)
    assert application_queries.open_offers(session, world.open.id) == [second]
    assert application_queries.open_offers(session, later_edition.id) == [elsewhere]


def test_an_offer_ends_once(session: Session, world: World) -> None:
    (offer,) = offers_made(session, world, 1)
    assert waitlist.end_offer(session, offer, OfferOutcome.ACCEPTED, NOW)
    assert not waitlist.end_offer(session, offer, OfferOutcome.EXPIRED, LATER)
    assert (offer.ended_at, offer.outcome) == (NOW, OfferOutcome.ACCEPTED)


def test_an_offer_keeps_one_seat_as_long_as_it_is_open(session: Session, world: World) -> None:
    first, second = offers_made(session, world, 2)
    kept = session.scalars(select(SeatReservation).order_by(SeatReservation.id)).all()
    assert [(each.kind, each.key, each.edition_id, each.until) for each in kept] == [
        (ReservationKind.OFFER, str(offer.application_id), world.open.id, offer.ends_at)
        for offer in (first, second)
    ]
    waitlist.end_offer(session, first, OfferOutcome.DECLINED, LATER)
    assert seats.occupied(session, world.open) == 1
    left = session.scalars(select(SeatReservation.key)).all()
    assert left == [str(second.application_id)]


def test_the_list_goes_by_score_and_holds_only_who_waits_here(session: Session, world) -> None:
    low = in_state(session, world, ApplicationState.WAITLISTED, score=4000)
    none = in_state(session, world, ApplicationState.WAITLISTED)
    high = in_state(session, world, ApplicationState.WAITLISTED, score=9000)
    in_state(session, world, ApplicationState.SUBMITTED, score=9999)
    later_edition = make_edition(session, "reintegration-later", -30, EditionStatus.OPEN)
    other = in_state(session, world, ApplicationState.WAITLISTED, edition=later_edition, score=9999)
    assert waitlist.waitlist(session, world.open.id) == [high.id, low.id, none.id]
    assert waitlist.waitlist(session, later_edition.id) == [other.id]


def test_as_many_are_offered_a_seat_as_are_free(session: Session, world: World) -> None:
    world.open.capacity = 3
    in_state(session, world, ApplicationState.ACCEPTED)
    queue = [in_state(session, world, ApplicationState.WAITLISTED) for _ in range(4)]
    session.commit()
    made = waitlist.offer_free_seats(session, world.open.id, now=NOW)
    assert [offer.application_id for offer in made] == [queue[0].id, queue[1].id]
    assert waitlist.offer_free_seats(session, world.open.id, now=NOW) == []
    world.open.capacity = 4
    (third,) = waitlist.offer_free_seats(session, world.open.id, now=NOW)
    assert third.application_id == queue[2].id
    world.open.capacity = 1
    assert waitlist.offer_free_seats(session, world.open.id, now=NOW) == [], (
        "more are taken than there are"
    )


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (EditionStatus.OPEN, True),
        (EditionStatus.RUNNING, True),
        (EditionStatus.FINISHED, False),
        (EditionStatus.CANCELLED, False),
    ],
)
def test_no_seat_of_an_edition_that_is_over_is_offered(session, world, status, offered) -> None:
    in_state(session, world, ApplicationState.WAITLISTED)
    world.open.status = status
    assert bool(waitlist.offer_free_seats(session, world.open.id, now=NOW)) is offered


def test_no_seat_is_offered_from_the_first_moment_of_the_course(session, world: World) -> None:
    in_state(session, world, ApplicationState.WAITLISTED)
    begins = start_of_day(world.open.starts_on, world.open.zone)
    assert waitlist.offer_free_seats(session, world.open.id, now=begins) == []
    (offer,) = waitlist.offer_free_seats(session, world.open.id, now=begins - timedelta(minutes=1))
    assert offer.ends_at == begins


def test_who_is_offered_a_seat_is_told_until_when(session: Session, world: World) -> None:
    (offer,) = offers_made(session, world, 1)
    person = session.get_one(Person, application_of(session, offer).person_id)
    letter = session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.kind == "admissions.offer")
    ).one()
    assert letter.email == person.email
    messages = json.loads(letter.params)
    assert messages["ends_at"] == offer.ends_at.isoformat()
    assert (messages["fee_minor"], messages["fee_currency"]) == (world.open.fee.minor, "EUR")
    assert offer.created_at == NOW
    assert offer.ends_at >= NOW + timedelta(hours=72)
    row = session.scalars(select(AuditEntry).where(AuditEntry.action == "seat offered")).one()
    assert (row.subject, row.actor_id, row.at) == (f"application {offer.application_id}", None, NOW)
    assert json.loads(row.detail) == {"until": offer.ends_at.isoformat()}


@pytest.mark.parametrize(("number", "jobs"), [(10, 0), (11, 1)])
def test_more_than_ten_letters_at_once_are_left_to_a_job(session, world, number, jobs) -> None:
    for _ in range(number):
        in_state(session, world, ApplicationState.WAITLISTED)
    world.open.capacity = number
    assert len(waitlist.offer_free_seats(session, world.open.id, now=NOW)) == 10
    waits = session.scalars(select(Job).where(Job.kind == "admissions.fill-seats")).all()
    assert [(json.loads(job.payload), job.due_at, job.queue) for job in waits] == [
        ({"edition": world.open.id}, NOW, "slow")
    ] * jobs


def test_a_seat_that_somebody_frees_is_offered_on(session: Session, world: World) -> None:
    waits = in_state(session, world, ApplicationState.WAITLISTED)
    waitlist.follow_freed_seats(session, SeatsFreed(edition_id=world.open.id, at=LATER))
    (offer,) = application_queries.open_offers(session, world.open.id)
    assert (offer.application_id, offer.created_at) == (waits.id, LATER)


def test_an_offer_is_taken_until_the_moment_before_its_end(session, world: World) -> None:
    first, second = offers_made(session, world, 2)
    with pytest.raises(RuleViolation, match="offer_ended"):
        waitlist.accept_offer(session, application_of(session, first), now=first.ends_at)
    assert first.ended_at is None
    moment = second.ends_at - timedelta(microseconds=1)
    assert waitlist.accept_offer(session, application_of(session, second), now=moment) is second
    assert (second.ended_at, second.outcome) == (moment, OfferOutcome.ACCEPTED)
    assert open_to(session, world) == [first.application_id]
    with pytest.raises(RuleViolation, match="offer_ended"):
        waitlist.accept_offer(session, application_of(session, second), now=NOW)


def test_who_leaves_the_list_gives_up_their_own_offer(session: Session, world: World) -> None:
    first, second = offers_made(session, world, 2)
    leaving = application_of(session, first)
    assert waitlist.withdraw_offer(session, leaving, OfferOutcome.WITHDRAWN, LATER)
    assert (first.ended_at, first.outcome) == (LATER, OfferOutcome.WITHDRAWN)
    assert open_to(session, world) == [second.application_id]
    assert not waitlist.withdraw_offer(session, leaving, OfferOutcome.WITHDRAWN, LATER)


def end_of(offer: Offer, at: datetime) -> Offer:
    offer.ends_at = at
    return offer


def test_offers_are_over_from_their_last_moment_on(session: Session, world: World) -> None:
    first, second, third = offers_made(session, world, 3)
    end_of(first, LATER)
    end_of(second, LATER + timedelta(microseconds=1))
    end_of(third, NOW)
    waitlist.end_offer(session, third, OfferOutcome.DECLINED, NOW)
    session.flush()
    assert waitlist.expired_offers(session, now=LATER) == [first.id]
    assert waitlist.expired_offers(session, now=LATER + timedelta(hours=1)) == [first.id, second.id]


def test_an_offer_that_expires_leaves_its_seat_to_the_next(session: Session, world) -> None:
    first, second = offers_made(session, world, 2)
    behind = in_state(session, world, ApplicationState.WAITLISTED)
    end_of(first, LATER)
    session.flush()
    assert waitlist.expire_offers(session, now=NOW) == 0
    assert waitlist.expire_offers(session, now=LATER) == 1
    lapsed = application_of(session, first)
    assert (lapsed.state, first.outcome) == (ApplicationState.LAPSED, OfferOutcome.EXPIRED)
    move = application_queries.transitions_of(session, lapsed)[-1]
    assert (move.actor_role, move.actor_id, move.at) == ("system", None, LATER)
    assert move.reason == "The offer has ended."
    assert open_to(session, world) == [second.application_id, behind.id]
    assert waitlist.expire_offers(session, now=LATER) == 0


def test_an_offer_that_somebody_took_meanwhile_does_not_expire(session, world: World) -> None:
    (offer,) = offers_made(session, world, 1)
    waitlist.accept_offer(session, application_of(session, offer), now=NOW)
    session.flush()
    waitlist.expire_offer(session, offer.id, now=offer.ends_at)
    assert application_of(session, offer).state is ApplicationState.WAITLISTED
    assert (offer.ended_at, offer.outcome) == (NOW, OfferOutcome.ACCEPTED)


def test_an_offer_of_who_has_left_the_list_expires_alone(session: Session, world) -> None:
    (offer,) = offers_made(session, world, 1)
    application = application_of(session, offer)
    application.state = ApplicationState.WITHDRAWN
    session.flush()
    waitlist.expire_offer(session, offer.id, now=offer.ends_at)
    assert (application.state, offer.outcome) == (ApplicationState.WITHDRAWN, OfferOutcome.EXPIRED)
