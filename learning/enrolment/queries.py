"""Reads of enrolment; each starts from what the actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, delete, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload

from learning.access.guard import Actor
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.accounts.queries import found_by
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment.models import (
    Application,
    Enrolment,
    EnrolmentStatus,
    Move,
    Offer,
    Sponsorship,
)
from learning.enrolment.rules import LIVE, SEATED, State

PAGE = 50
Row = TypeVarTuple("Row")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which people of an edition: words of a name, an address, an institution; the next page.

    `after` is the id of the last enrolment of the page before.
    """

    text: str = ""
    after: int | None = None


def visible_enrolments(actor: Actor, edition: Edition) -> Select[Enrolment]:
    """Staff who may see an edition's people see all its enrolments; anybody else their own."""
    enrolments = select(Enrolment).where(Enrolment.edition_id == edition.id)
    if actor.may(Permission.READ_ENROLMENTS, edition.code) or actor.may(
        Permission.SEE_COHORT, edition.code
    ):
        return enrolments
    return enrolments.where(Enrolment.person_id == actor.person_id)


def page_of(session: Session, enrolments: Select[*Row], wanted: Wanted) -> Select[*Row]:
    """Return one page of enrolments by their people's names; `enrolments` joins the people."""
    last = session.execute(
        select(Person.sort_key, Enrolment.id)
        .join(Enrolment.person)
        .where(Enrolment.id == wanted.after)
    ).first() if wanted.after is not None else None  # fmt: skip
    if last is not None:
        enrolments = enrolments.where(tuple_(Person.sort_key, Enrolment.id) > tuple(last))
    ordered = enrolments.where(*found_by(wanted.text)).order_by(Person.sort_key, Enrolment.id)
    return ordered.limit(PAGE)


def people_of(
    session: Session, actor: Actor, edition: Edition, wanted: Wanted
) -> Sequence[Enrolment]:
    """Return a page of an edition's enrolments with their people, by name."""
    enrolments = visible_enrolments(actor, edition).join(Enrolment.person)
    return session.scalars(
        page_of(session, enrolments, wanted).options(contains_eager(Enrolment.person))
    ).all()


def enrolment_by_id(
    session: Session, actor: Actor, edition: Edition, enrolment_id: int
) -> Enrolment | None:
    return session.scalar(
        visible_enrolments(actor, edition)
        .where(Enrolment.id == enrolment_id)
        .options(joinedload(Enrolment.person))
    )


def places_by_person(
    session: Session, edition: Edition, people_ids: Collection[int]
) -> dict[int, Enrolment]:
    """Return the places that people have in an edition, by person."""
    places = session.scalars(
        select(Enrolment).where(
            Enrolment.edition_id == edition.id, Enrolment.person_id.in_(people_ids)
        )
    )
    return {place.person_id: place for place in places}


def applied_by_person(session: Session, edition: Edition, people_ids: Collection[int]) -> set[int]:
    """Return which of these people have an application here that is being decided.

    A draft is nobody's business yet; whoever is enrolled has a place.
    """
    rows = select(Application.person_id).where(
        Application.edition_id == edition.id,
        Application.state.in_(LIVE - {State.DRAFT, State.ENROLLED}),
        Application.person_id.in_(people_ids),
    )
    return set(session.scalars(rows))


def led_to(session: Session, place: Enrolment) -> Application | None:
    """Return the application that holds a place; None for a place that was given by hand."""
    return session.scalar(
        select(Application).where(
            Application.enrolment_id == place.id, Application.state.in_(SEATED)
        )
    )


def seats_taken(session: Session, edition: Edition) -> int:
    """Return how many seats nobody else can have: places, acceptances, open offers."""
    return session.scalar(select(seats_of(edition.id))) or 0


def seats_left(session: Session, edition: Edition) -> int:
    """Return how many seats are free; hold the edition's lock when something hangs on it."""
    return edition.capacity - seats_taken(session, edition)


def seats_of(edition_id: int | InstrumentedAttribute[int]) -> ColumnElement[int]:
    places = select(func.count()).where(
        Enrolment.edition_id == edition_id, Enrolment.status != EnrolmentStatus.WITHDRAWN
    )
    accepted = select(func.count()).where(
        Application.edition_id == edition_id, Application.state == State.ACCEPTED
    )
    offered = (
        select(func.count())
        .select_from(Offer)
        .join(Application, Application.id == Offer.application_id)
        .where(Application.edition_id == edition_id, Offer.ended_at.is_(None))
    )
    return places.scalar_subquery() + accepted.scalar_subquery() + offered.scalar_subquery()


def live_application(session: Session, person_id: int, edition_id: int) -> Application | None:
    """Return the one application of a person for an edition that is not over."""
    return session.scalar(
        select(Application).where(
            Application.person_id == person_id,
            Application.edition_id == edition_id,
            Application.state.in_(LIVE),
        )
    )


def has_place(session: Session, person_id: int, edition_id: int) -> bool:
    """Whether somebody has a place in an edition, applied or not."""
    place = select(Enrolment.id).where(
        Enrolment.person_id == person_id,
        Enrolment.edition_id == edition_id,
        Enrolment.status != EnrolmentStatus.WITHDRAWN,
    )
    return session.scalar(place) is not None


def is_in(session: Session, person_id: int, edition_id: int) -> bool:
    """Whether somebody is anywhere on the way into an edition, or has a place in it."""
    if live_application(session, person_id, edition_id) is not None:
        return True
    return has_place(session, person_id, edition_id)


def editions_ahead(session: Session, edition: Edition, today: date) -> Sequence[Edition]:
    """Return the editions on offer that begin after today, beside one, the earliest first."""
    return session.scalars(
        select(Edition)
        .where(
            Edition.id != edition.id,
            Edition.status == EditionStatus.OPEN,
            Edition.starts_on > today,
        )
        .order_by(Edition.starts_on, Edition.id)
    ).all()


def being_read(session: Session, edition: Edition) -> Sequence[Application]:
    """Return the applications of an edition that are being read, with their people, by name."""
    return session.scalars(
        select(Application)
        .join(Application.person)
        .options(joinedload(Application.person))
        .where(Application.edition_id == edition.id, Application.state == State.UNDER_REVIEW)
        .order_by(Person.sort_key, Application.id)
    ).all()


def people_hit(session: Session, edition: Edition) -> int:
    """Return how many people have a live application for an edition or a place in it."""
    applied = select(Application.person_id).where(
        Application.edition_id == edition.id, Application.state.in_(LIVE)
    )
    placed = select(Enrolment.person_id).where(
        Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE
    )
    return session.scalar(select(func.count()).select_from(applied.union(placed).subquery())) or 0


def own_application(session: Session, actor: Actor, reference: str) -> Application | None:
    """Return the actor's own application, with its edition, letter and sponsorship."""
    own = select(Application).where(
        Application.reference == reference, Application.person_id == actor.person_id
    )
    return session.scalar(
        own.options(
            joinedload(Application.edition),
            joinedload(Application.person),
            joinedload(Application.letter),
            joinedload(Application.sponsorship).joinedload(Sponsorship.letter),
        )
    )


def own_applications(session: Session, actor: Actor) -> Sequence[Application]:
    """Return the actor's applications with their editions, latest first."""
    own = select(Application).where(Application.person_id == actor.person_id)
    return session.scalars(
        own.options(joinedload(Application.edition)).order_by(Application.id.desc())
    ).all()


def moves_of(session: Session, application: Application) -> Sequence[Move]:
    """Return the history of an application, oldest first."""
    own = select(Move).where(Move.application_id == application.id)
    return session.scalars(own.order_by(Move.id)).all()


def open_offer(session: Session, application_id: int) -> Offer | None:
    return session.scalar(
        select(Offer).where(Offer.application_id == application_id, Offer.ended_at.is_(None))
    )


def open_offers(session: Session, edition_id: int) -> Sequence[Offer]:
    return session.scalars(
        select(Offer)
        .join(Application, Application.id == Offer.application_id)
        .where(Application.edition_id == edition_id, Offer.ended_at.is_(None))
    ).all()


def forget_draft(session: Session, application: Application) -> None:
    """Delete a draft and its beginning; nothing else was made of it."""
    session.execute(delete(Move).where(Move.application_id == application.id))
    session.execute(delete(Application).where(Application.id == application.id))


def places_free(session: Session, editions: Sequence[Edition]) -> dict[int, int]:
    """Return how many seats are free in each of some editions, by id, in one query."""
    if not editions:
        return {}
    taken = session.execute(select(*(seats_of(edition.id) for edition in editions))).one()
    pairs = zip(editions, taken, strict=True)
    return {edition.id: max(0, edition.capacity - number) for edition, number in pairs}


def own_live(session: Session, actor: Actor, course: str) -> dict[int, Application]:
    """Return the actor's applications for a course that are not over, by edition."""
    own = (
        select(Application)
        .join(Application.edition)
        .where(
            Application.person_id == actor.person_id,
            Application.state.in_(LIVE),
            Edition.course == course,
        )
    )
    return {application.edition_id: application for application in session.scalars(own)}


def offered_to(session: Session, person_id: int) -> set[int]:
    """Return which applications of a person a seat is kept for now, by id."""
    own = (
        select(Offer.application_id)
        .join(Application, Application.id == Offer.application_id)
        .where(Application.person_id == person_id, Offer.ended_at.is_(None))
    )
    return set(session.scalars(own))
