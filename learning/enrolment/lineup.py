"""The waiting list and unfinished applications, as staff read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment import answers, applying, queries
from learning.enrolment.answers import Step
from learning.enrolment.models import Application, Offer, Sponsorship
from learning.enrolment.rules import State

CHANGING = frozenset({State.DRAFT, State.INFO_REQUESTED})
PAGE = 50
MOST_OFFERS = 100


@dataclass(frozen=True, kw_only=True)
class Waiter:
    """Somebody on the waiting list, and the seat that is kept for them, if one is."""

    position: int
    application: Application
    offer: Offer | None


@dataclass(frozen=True, kw_only=True)
class EndedOffer:
    """What became of a seat that was offered."""

    offer: Offer
    name: str
    reference: str


def line_up(session: Session, edition: Edition, order: Sequence[int], after: int) -> list[Waiter]:
    """Return a page of a waiting list, from the position after `after` on; `order` is the list."""
    chosen = order[after : after + PAGE]
    offers = {each.application_id: each for each in queries.open_offers(session, edition.id)}
    rows = session.scalars(
        select(Application)
        .where(Application.id.in_(chosen))
        .options(joinedload(Application.person))
    )
    known = {each.id: each for each in rows}
    return [
        Waiter(position=position, application=known[each], offer=offers.get(each))
        for position, each in enumerate(chosen, start=after + 1)
    ]


def ended_offers(session: Session, edition: Edition) -> list[EndedOffer]:
    """Return what became of an edition's earlier offers, the latest first."""
    rows = session.execute(
        select(Offer, Person.name, Application.reference)
        .join(Application, Application.id == Offer.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(Application.edition_id == edition.id, Offer.ended_at.is_not(None))
        .order_by(Offer.ended_at.desc(), Offer.id.desc())
        .limit(MOST_OFFERS)
    )
    return [EndedOffer(offer=offer, name=name, reference=ref) for offer, name, ref in rows]


def missing_steps(session: Session, applications: Sequence[Application]) -> dict[int, list[Step]]:
    """Return what is missing in those applications that can still be filled in, in one query."""
    ids = [each.id for each in applications if each.state in CHANGING]
    rows = session.execute(
        select(Application, Person, Sponsorship)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Sponsorship, Sponsorship.id == Application.sponsorship_id)
        .where(Application.id.in_(ids))
    )
    return {
        application.id: answers.missing(applying.answers_of(application, person, sponsorship))
        for application, person, sponsorship in rows
    }
