"""The waiting list: a freed seat is offered once, to the first in order, and kept for a while.

Whatever changes how many seats are free does so inside `change_of_seats`: a place given or taken
back, an application moved, an offer ended, a capacity changed. That is the one place from which
the list is filled.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.accounts import joining
from learning.accounts.models import Person
from learning.audit.actions import record
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import deadlines, queries, ranking
from learning.enrolment.letters import params_of
from learning.enrolment.models import Application, Offer, OfferEnd
from learning.enrolment.moving import Deed, lock, move
from learning.enrolment.ranking import Waiting
from learning.enrolment.rules import Event, State, Who
from learning.jobs.actions import NewJob, add
from learning.jobs.rules import Queue
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.time import start_of
from learning.mail.actions import Outgoing

FILL = "enrolment.fill-seats"
OFFERED_AT_ONCE = 10
TIME_IS_OVER = N_("The offer has ended.")
OVER = frozenset({EditionStatus.FINISHED, EditionStatus.CANCELLED})


@contextmanager
def change_of_seats(session: Session, edition_id: int, *, now: datetime) -> Iterator[Edition]:
    """Hold an edition's lock while its seats change; those that become free are offered on."""
    edition = lock(session, edition_id)
    before = queries.seats_left(session, edition)
    yield edition
    if queries.seats_left(session, edition) > before:
        fill(session, edition_id, now=now)


def waiting_list(session: Session, edition_id: int) -> list[int]:
    """Return the applications on an edition's waiting list, by id, in its order."""
    rows = session.execute(
        select(Application.id, Application.score, Application.submitted_at).where(
            Application.edition_id == edition_id, Application.state == State.WAITLISTED
        )
    )
    waiting = [
        Waiting(application_id=row.id, score=row.score or 0, submitted_at=row.submitted_at)
        for row in rows
    ]
    return [each.application_id for each in ranking.in_order(waiting)]


def fill(session: Session, edition_id: int, *, now: datetime) -> list[Offer]:
    """Offer every seat that is free to the next on the list who has no offer yet."""
    edition = lock(session, edition_id)
    if edition.status in OVER or now >= start_of(edition.starts_on, edition.zone):
        return []
    free = queries.seats_left(session, edition)
    if free <= 0:
        return []
    offered = {offer.application_id for offer in queries.open_offers(session, edition_id)}
    queue = [each for each in waiting_list(session, edition_id) if each not in offered][:free]
    if len(queue) > OFFERED_AT_ONCE:  # whoever frees many seats does not wait for all the letters
        payload = {"edition": edition_id}
        add(session, NewJob(kind=FILL, payload=payload, due_at=now, queue=Queue.SLOW))
    return [_offer(session, edition, each, now) for each in queue[:OFFERED_AT_ONCE]]


def take(session: Session, application: Application, *, now: datetime) -> Offer:
    """End an open offer because its person takes the seat; raise Refused if it has ended."""
    lock(session, application.edition_id)
    offer = queries.open_offer(session, application.id)
    if offer is None or now >= offer.ends_at:
        raise Refused(N_("This offer has ended; the seat went to the next on the list."))
    end(session, offer, OfferEnd.TAKEN, now)
    return offer


def withdraw_offer(
    session: Session, application: Application, why: OfferEnd, now: datetime
) -> bool:
    """End the open offer of somebody who leaves the list; return whether there was one."""
    offer = queries.open_offer(session, application.id)
    return offer is not None and end(session, offer, why, now)


def over(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the open offers whose time is over, by id."""
    ended = select(Offer.id).where(Offer.ended_at.is_(None), Offer.ends_at <= now)
    return session.scalars(ended.order_by(Offer.id)).all()


def expire(session: Session, *, now: datetime) -> int:
    """End the offers whose time is over, and offer their seats to the next; return how many."""
    ended = over(session, now=now)
    for offer_id in ended:
        expire_one(session, offer_id, now=now)
    return len(ended)


def expire_one(session: Session, offer_id: int, *, now: datetime) -> None:
    """End an offer whose time is over, and offer its seat to the next."""
    offer = session.get_one(Offer, offer_id)
    application = session.get_one(Application, offer.application_id)
    with change_of_seats(session, application.edition_id, now=now):
        _let_lapse(session, application, offer, now)


def _let_lapse(session: Session, application: Application, offer: Offer, now: datetime) -> None:
    """End an offer whose time is over, and with it its person's place on the list."""
    if not end(session, offer, OfferEnd.EXPIRED, now):
        return
    session.refresh(application)
    if application.state is State.WAITLISTED:
        deed = Deed(event=Event.LAPSE, who=Who.SYSTEM, by=None, now=now, reason=TIME_IS_OVER)
        move(session, application, deed)


def end(session: Session, offer: Offer, outcome: OfferEnd, now: datetime) -> bool:
    """End an offer, once; return whether it was open until now."""
    ended = session.execute(
        update(Offer)
        .where(Offer.id == offer.id, Offer.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome)
        .returning(Offer.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(offer)
    return ended is not None


def _offer(session: Session, edition: Edition, application_id: int, now: datetime) -> Offer:
    application = session.get_one(Application, application_id)
    person = session.get_one(Person, application.person_id)
    begins = start_of(edition.starts_on, edition.zone)
    offer = Offer(
        application_id=application_id,
        made_at=now,
        ends_at=deadlines.offer_ends(now, person.zone, begins),
    )
    session.add(offer)
    session.flush()  # the next count of seats sees it
    params = params_of(application, edition, reason="", now=now)
    params |= {"ends_at": offer.ends_at.isoformat()}
    joining.tell(session, person, Outgoing(kind="enrolment.offer", params=params), now=now)
    subject = f"application {application_id}"
    record(session, "seat offered", subject, by=None, now=now, until=offer.ends_at.isoformat())
    return offer
