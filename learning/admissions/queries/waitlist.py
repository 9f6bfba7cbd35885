"""Reads of the waiting list and of unfinished applications, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from learning.accounts.models import Person
from learning.admissions.models import Application, Offer, Sponsorship
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.answers import answers_of
from learning.admissions.rules import answers
from learning.admissions.rules.answers import Step
from learning.admissions.rules.states import EDITABLE
from learning.catalogue.models import Edition

PAGE = 50
MAX_ENDED_OFFERS = 100


@dataclass(frozen=True, kw_only=True)
class WaitlistRow:
    """A person on the waiting list, and the offer of a seat, if any."""

    position: int
    application: Application
    offer: Offer | None


@dataclass(frozen=True, kw_only=True)
class EndedOffer:
    """An ended offer and its outcome."""

    offer: Offer
    name: str
    reference: str


def waitlist_rows(
    session: Session, edition: Edition, order: Sequence[int], after: int
) -> list[WaitlistRow]:
    """Return a page of a waiting list, after the position `after`; `order` is the whole list."""
    chosen = order[after : after + PAGE]
    offers = {
        each.application_id: each for each in application_queries.open_offers(session, edition.id)
    }
    rows = session.scalars(
        select(Application)
        .where(Application.id.in_(chosen))
        .options(joinedload(Application.person))
    )
    rows_by_id = {each.id: each for each in rows}
    return [
        WaitlistRow(position=position, application=rows_by_id[each], offer=offers.get(each))
        for position, each in enumerate(chosen, start=after + 1)
    ]


def next_waiting(
    session: Session, edition: Edition, order: Sequence[int], number: int
) -> list[Application]:
    """Return the first on a waiting list who have no open offer; `order` is the whole list."""
    offered = {each.application_id for each in application_queries.open_offers(session, edition.id)}
    chosen = [each for each in order if each not in offered][:number]
    rows = session.scalars(
        select(Application)
        .where(Application.id.in_(chosen))
        .options(joinedload(Application.person))
    )
    return sorted(rows, key=lambda each: chosen.index(each.id))


def ended_offers(session: Session, edition: Edition) -> list[EndedOffer]:
    """Return an edition's ended offers, the latest first."""
    rows = session.execute(
        select(Offer, Person.name, Application.reference)
        .join(Application, Application.id == Offer.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(Application.edition_id == edition.id, Offer.ended_at.is_not(None))
        .order_by(Offer.ended_at.desc(), Offer.id.desc())
        .limit(MAX_ENDED_OFFERS)
    )
    return [EndedOffer(offer=offer, name=name, reference=ref) for offer, name, ref in rows]


def missing_steps(session: Session, applications: Sequence[Application]) -> dict[int, list[Step]]:
    """Return the missing steps of those applications that can still be filled in, in one query."""
    ids = [each.id for each in applications if each.state in EDITABLE]
    if not ids:
        return {}
    rows = session.execute(
        select(Application, Person, Sponsorship)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Sponsorship, Sponsorship.id == Application.sponsorship_id)
        .options(joinedload(Application.billing_party), joinedload(Sponsorship.billing_party))
        .where(Application.id.in_(ids))
    ).all()  # referenced while in use, so that the identity map reads nothing twice
    return {
        application.id: answers.missing(answers_of(session, application))
        for application, _person, _sponsorship in rows
    }
