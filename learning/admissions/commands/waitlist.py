"""The waiting list.

A freed seat is offered to the first in order and reserved until the offer ends.

Whatever frees a seat announces it (`seats.seat_changes`): an enrolment that ends, a transition, an
offer that ends. After that, or after a higher capacity, free seats are offered.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.admissions.commands.transitions import TransitionRequest, apply_transition
from learning.admissions.emails.applications import params_of
from learning.admissions.emails.cancellation import cost_params
from learning.admissions.models import Application, Offer, OfferOutcome
from learning.admissions.problems import ApplicationProblem
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.terms import offered_terms
from learning.admissions.rules import deadlines, ranking
from learning.admissions.rules.ranking import WaitlistEntry
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.audit.actions import record
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import seats
from learning.enrolment.events import SeatsFreed
from learning.enrolment.models import ReservationKind
from learning.enrolment.rules import ActorRole
from learning.enrolment.seats import Reservation
from learning.jobs.actions import NewJob, add_job
from learning.jobs.rules import Queue
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.time import day_in, start_of_day
from learning.mail.actions import EmailRequest

FILL_JOB = "admissions.fill-seats"
MAX_OFFERS_PER_CALL = 10
OFFER_EXPIRED = N_("The offer has ended.")
CLOSED_STATUSES = frozenset({EditionStatus.FINISHED, EditionStatus.CANCELLED})


def waitlist(session: Session, edition_id: int) -> list[int]:
    """Return the ids of the applications on an edition's waiting list, in order."""
    rows = session.execute(
        select(Application.id, Application.score, Application.submitted_at).where(
            Application.edition_id == edition_id, Application.state == ApplicationState.WAITLISTED
        )
    )
    waiting = [
        WaitlistEntry(application_id=row.id, score=row.score or 0, submitted_at=row.submitted_at)
        for row in rows
    ]
    return [each.application_id for each in ranking.ranked(waiting)]


def follow_freed_seats(session: Session, fact: SeatsFreed) -> None:
    """Offer the seats that were freed."""
    offer_free_seats(session, fact.edition_id, now=fact.at)


def offer_free_seats(session: Session, edition_id: int, *, now: datetime) -> list[Offer]:
    """Offer every free seat to the next on the list without an offer."""
    edition = lock_edition(session, edition_id)
    if edition.status in CLOSED_STATUSES or now >= start_of_day(edition.starts_on, edition.zone):
        return []
    free = seats.free(session, edition)
    if free <= 0:
        return []
    offered = {
        offer.application_id for offer in application_queries.open_offers(session, edition_id)
    }
    queue = [each for each in waitlist(session, edition_id) if each not in offered][:free]
    # a request that frees many seats does not wait for all the e-mails
    if len(queue) > MAX_OFFERS_PER_CALL:
        payload = {"edition": edition_id}
        add_job(session, NewJob(kind=FILL_JOB, payload=payload, now=now, queue=Queue.SLOW))
    return [_offer(session, edition, each, now) for each in queue[:MAX_OFFERS_PER_CALL]]


def accept_offer(session: Session, application: Application, *, now: datetime) -> Offer:
    """End an open offer because its person accepts; raise RuleViolation if it has ended."""
    lock_edition(session, application.edition_id)
    offer = application_queries.open_offer(session, application.id)
    if offer is None or now >= offer.ends_at:
        raise RuleViolation(ApplicationProblem.OFFER_ENDED)
    end_offer(session, offer, OfferOutcome.ACCEPTED, now)
    return offer


def withdraw_offer(
    session: Session, application: Application, why: OfferOutcome, now: datetime
) -> bool:
    """End the open offer of a person who leaves the list; return whether there was one."""
    offer = application_queries.open_offer(session, application.id)
    return offer is not None and end_offer(session, offer, why, now)


def expired_offers(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the ids of open offers that have expired."""
    ended = select(Offer.id).where(Offer.ended_at.is_(None), Offer.ends_at <= now)
    return session.scalars(ended.order_by(Offer.id)).all()


def expire_offers(session: Session, *, now: datetime) -> int:
    """End expired offers, and offer their seats to the next; return how many ended."""
    ended = expired_offers(session, now=now)
    for offer_id in ended:
        expire_offer(session, offer_id, now=now)
    return len(ended)


def expire_offer(session: Session, offer_id: int, *, now: datetime) -> None:
    """End an expired offer, and offer its seat to the next."""
    offer = session.get_one(Offer, offer_id)
    application = session.get_one(Application, offer.application_id)
    with seats.seat_changes(session, application.edition_id, now=now):
        _let_lapse(session, application, offer, now)


def _let_lapse(session: Session, application: Application, offer: Offer, now: datetime) -> None:
    """End an expired offer, and let its application lapse."""
    if not end_offer(session, offer, OfferOutcome.EXPIRED, now):
        return
    session.refresh(application)
    if application.state is ApplicationState.WAITLISTED:
        request = TransitionRequest(
            event=ApplicationEvent.LAPSE,
            actor_role=ActorRole.SYSTEM,
            by=None,
            now=now,
            reason=OFFER_EXPIRED,
        )
        apply_transition(session, application, request)


def end_offer(session: Session, offer: Offer, outcome: OfferOutcome, now: datetime) -> bool:
    """End an offer, once; return whether it was open until now."""
    ended = session.execute(
        update(Offer)
        .where(Offer.id == offer.id, Offer.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome)
        .returning(Offer.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(offer)
    if ended is not None:
        seats.release(session, ReservationKind.OFFER, str(offer.application_id))
    return ended is not None


def _offer(session: Session, edition: Edition, application_id: int, now: datetime) -> Offer:
    application = session.get_one(Application, application_id)
    person = session.get_one(Person, application.person_id)
    begins = start_of_day(edition.starts_on, edition.zone)
    offer = Offer(
        application_id=application_id,
        created_at=now,
        ends_at=deadlines.offer_ends(now, person.zone, begins),
    )
    session.add(offer)
    reservation = Reservation(
        edition_id=edition.id,
        kind=ReservationKind.OFFER,
        key=str(application_id),
        until=offer.ends_at,
    )
    seats.reserve(session, reservation)
    params = params_of(application, edition, reason="")
    params |= cost_params(offered_terms(session, edition), day_in(edition.zone, now))
    params |= {"ends_at": offer.ends_at.isoformat()}
    send_email_to(session, person, EmailRequest(kind="admissions.offer", params=params), now=now)
    subject = f"application {application_id}"
    record(session, "seat offered", subject, by=None, now=now, until=offer.ends_at.isoformat())
    return offer
