"""What staff decide about applications, singly or in bulk, and what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment import actions, applying, deadlines, queries, waiting
from learning.enrolment.events import ApplicationAccepted, PlaceCancelled, PlaceConfirmed
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus, OfferEnd
from learning.enrolment.moving import Deed, check, lock, move, was_done
from learning.enrolment.rules import Event, Guard, State, Who
from learning.kit.errors import Refused
from learning.kit.events import announce

POLICY = "A9716205"  # whose tiers hold: the information note's number
FREE_SEAT = frozenset({Event.CANCEL, Event.LAPSE, Event.TRANSFER})
SINGLE = frozenset({Event.OPEN_REVIEW, Event.REOPEN})


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What became of one application of many: refused with words, or done."""

    application: Application
    refused: str


def decide(session: Session, application: Application, deed: Deed) -> bool:
    """Carry out what staff decide; return False where it was done before; raise Refused."""
    edition = lock(session, application.edition_id)
    session.refresh(application)
    if was_done(session, application, deed):
        return False
    holds = _holds(session, edition, application, deed)
    check(application, deed, holds)
    if deed.event in {Event.PROMOTE, Event.DECLINE}:
        why = OfferEnd.TAKEN if deed.event is Event.PROMOTE else OfferEnd.WITHDRAWN
        waiting.withdraw_offer(session, application, why, deed.now)
    _keep_terms(application, edition, deed)
    before = application.state
    done = move(session, application, deed, holds)
    _follow(session, application, before, deed)
    return done


def take_offer(session: Session, application: Application, deed: Deed) -> bool:
    """Let somebody on the waiting list take the seat that was offered to them (T8)."""
    edition = lock(session, application.edition_id)
    session.refresh(application)
    if was_done(session, application, deed):
        return False
    waiting.take(session, application, now=deed.now)
    holds = applying.takes(edition, deed.now) | {Guard.SEAT_LEFT}
    _keep_terms(application, edition, deed)
    done = move(session, application, deed, holds)
    _follow(session, application, State.WAITLISTED, deed)
    return done


def decide_all(session: Session, chosen: Iterable[Application], deed: Deed) -> list[Decided]:
    """Decide about many in one go: each by itself, so that one refusal stops no other."""
    decided = []
    for application in chosen:
        refused = ""
        try:
            with session.begin_nested():
                decide(session, application, replace(deed, version=None))
        except Refused as refusal:
            refused = str(refusal)
        decided.append(Decided(application=application, refused=refused))
    return decided


def _holds(
    session: Session, edition: Edition, application: Application, deed: Deed
) -> frozenset[Guard]:
    holds = set(applying.takes(edition, deed.now))
    own = queries.open_offer(session, application.id) is not None
    if own or queries.seats_left(session, edition) > 0:
        holds.add(Guard.SEAT_LEFT)
    if deed.who in {Who.FINANCE, Who.REGISTRAR} and deed.reason.strip():
        holds.add(Guard.SETTLED)  # somebody answers for it, with a reason
    if deed.who is Who.SYSTEM and applying.is_fellowship(application):
        holds.add(Guard.SETTLED)
    if not deadlines.window(edition.starts_on, deadlines.day_of(deed.now, edition.zone)).open:
        holds.add(Guard.NOTICE)
    return frozenset(holds)


def _keep_terms(application: Application, edition: Edition, deed: Deed) -> None:
    """Keep fee, first day and policy as they are on the day of acceptance."""
    if deed.event is Event.ASK_INFO:
        application.answer_until = deed.now + deadlines.TIME_TO_ANSWER
    if deed.event in {Event.ACCEPT, Event.PROMOTE}:
        application.accepted_at = deed.now
        application.fee_minor = edition.fee.minor
        application.fee_currency = edition.fee.currency
        application.starts_on_at_acceptance = edition.starts_on
        application.policy_version = POLICY


def _follow(session: Session, application: Application, before: State, deed: Deed) -> None:
    """Do what a decision brings with it, in the same transaction."""
    if application.state is State.ACCEPTED:
        announce(session, ApplicationAccepted(application_id=application.id, at=deed.now))
        if applying.is_fellowship(application):
            system = Deed(event=Event.ACTIVATE, who=Who.SYSTEM, by=None, now=deed.now)
            decide(session, application, system)
    elif application.state is State.ENROLLED:
        _give_place(session, application, deed)
    elif deed.event in FREE_SEAT and before is not State.WAITLISTED:
        _take_place_back(session, application, deed)
        announce(session, PlaceCancelled(application_id=application.id, at=deed.now))
        waiting.fill(session, application.edition_id, now=deed.now)
    elif before is State.WAITLISTED and deed.event is not Event.PROMOTE:
        waiting.fill(session, application.edition_id, now=deed.now)


def _give_place(session: Session, application: Application, deed: Deed) -> None:
    edition = session.get_one(Edition, application.edition_id)
    person = session.get_one(Person, application.person_id)
    place = actions.give_place(session, edition, person, by=deed.by, now=deed.now)
    application.enrolment_id = place.id
    announce(session, PlaceConfirmed(application_id=application.id, at=deed.now))


def _take_place_back(session: Session, application: Application, deed: Deed) -> None:
    place = session.get(Enrolment, application.enrolment_id) if application.enrolment_id else None
    if place is not None and place.status is EnrolmentStatus.ACTIVE:
        edition = session.get_one(Edition, application.edition_id)
        actions.take_back(session, edition, place, by=deed.by, now=deed.now)
