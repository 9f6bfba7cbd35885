"""What staff decide about applications, singly or in bulk, and what follows from it."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment import actions, applying, deadlines, queries, rules, waiting
from learning.enrolment.events import ApplicationAccepted, PlaceCancelled, PlaceConfirmed
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus, OfferEnd
from learning.enrolment.moving import Deed, check, lock, move, was_done
from learning.enrolment.rules import Event, Guard, State, Who
from learning.kit.errors import Refused
from learning.kit.events import announce
from learning.kit.i18n import N_
from learning.kit.time import day_in

POLICY = "A9716205"  # whose tiers hold: the information note's number
END_OFFER = {
    Event.PROMOTE: OfferEnd.TAKEN,
    Event.DECLINE: OfferEnd.WITHDRAWN,
    Event.CANCEL_EDITION: OfferEnd.WITHDRAWN,
    Event.LAPSE: OfferEnd.EXPIRED,
}


def decide(session: Session, application: Application, deed: Deed) -> bool:
    """Carry out what staff decide; return False where it was done before; raise Refused."""
    with waiting.change_of_seats(session, application.edition_id, now=deed.now) as edition:
        session.refresh(application)
        if was_done(session, application, deed):
            return False
        if deed.event is Event.REOPEN and queries.is_in(session, application.person_id, edition.id):
            raise Refused(N_("This person has an application or a place there already."))
        holds = holds_now(session, edition, application, deed)
        return carry_out(session, application, deed, holds)


def take_offer(session: Session, application: Application, deed: Deed) -> bool:
    """Let somebody on the waiting list take the seat that was offered to them (T8)."""
    edition = lock(session, application.edition_id)
    session.refresh(application)
    if was_done(session, application, deed):
        return False
    waiting.take(session, application, now=deed.now)
    holds = applying.takes(edition, deed.now) | {Guard.SEAT_LEFT}
    return carry_out(session, application, deed, holds)


def carry_out(
    session: Session, application: Application, deed: Deed, holds: frozenset[Guard]
) -> bool:
    """Do what is allowed, and what follows from it; its edition is locked. As `move` otherwise."""
    check(application, deed, holds)
    if deed.event in END_OFFER:
        waiting.withdraw_offer(session, application, END_OFFER[deed.event], deed.now)
    if deed.event is Event.ASK_INFO:
        application.answer_until = deed.now + deadlines.TIME_TO_ANSWER
    if deed.event in {Event.ACCEPT, Event.PROMOTE}:
        keep_terms(session, application, deed.now)
    before = application.state
    if not move(session, application, deed, holds):
        return False
    follow(session, application, before, deed)
    return True


def holds_now(
    session: Session, edition: Edition, application: Application, deed: Deed
) -> frozenset[Guard]:
    """Return the guards that hold for a deed of staff or of the system."""
    holds = set(applying.takes(edition, deed.now))
    own = queries.open_offer(session, application.id) is not None
    if own or queries.seats_left(session, edition) > 0:
        holds.add(Guard.SEAT_LEFT)
    if deed.who in {Who.FINANCE, Who.REGISTRAR} and deed.reason.strip():
        holds.add(Guard.SETTLED)  # somebody answers for it, with a reason
    if deed.who is Who.SYSTEM and applying.is_fellowship(application):
        holds.add(Guard.SETTLED)
    noticed_on = deed.noticed_on or day_in(edition.zone, deed.now)
    first_day = deadlines.first_day(edition.starts_on, application.starts_on_at_acceptance)
    if not deadlines.window(first_day, noticed_on).open:
        holds.add(Guard.NOTICE)
    return frozenset(holds)


def keep_terms(session: Session, application: Application, now: datetime) -> None:
    """Keep fee, first day and policy as they are on the day that somebody gets a seat."""
    edition = session.get_one(Edition, application.edition_id)
    application.accepted_at = now
    application.fee_minor = edition.fee.minor
    application.fee_currency = edition.fee.currency
    application.starts_on_at_acceptance = edition.starts_on
    application.policy_version = POLICY


def follow(session: Session, application: Application, before: State | None, deed: Deed) -> None:
    """Do what a decision brings with it, in the same transaction."""
    if application.state is State.ACCEPTED:
        announce(session, ApplicationAccepted(application_id=application.id, at=deed.now))
        if applying.is_fellowship(application):
            system = Deed(event=Event.ACTIVATE, who=Who.SYSTEM, by=None, now=deed.now)
            decide(session, application, system)
    elif application.state is State.ENROLLED:
        _give_place(session, application, deed)
    elif before in rules.PLACED and application.state not in rules.SEATED:
        _end_place(session, application, deed)


def _give_place(session: Session, application: Application, deed: Deed) -> None:
    edition = session.get_one(Edition, application.edition_id)
    person = session.get_one(Person, application.person_id)
    place = actions.give_place(session, edition, person, by=deed.by, now=deed.now)
    application.enrolment_id = place.id
    announce(session, PlaceConfirmed(application_id=application.id, at=deed.now))


def _end_place(session: Session, application: Application, deed: Deed) -> None:
    """Close the course to somebody whose seat is given up or taken away."""
    place = session.get(Enrolment, application.enrolment_id) if application.enrolment_id else None
    if place is not None and place.status is EnrolmentStatus.ACTIVE:
        edition = session.get_one(Edition, application.edition_id)
        actions.take_back(session, edition, place, by=deed.by, now=deed.now)
    announce(session, PlaceCancelled(application_id=application.id, at=deed.now))
