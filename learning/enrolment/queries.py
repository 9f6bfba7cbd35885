"""Reads of enrolment; each starts from what the actor may see."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from learning.access.guard import Actor
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment, EnrolmentStatus


def visible_enrolments(actor: Actor, edition: Edition) -> Select[Enrolment]:
    """Staff who may see an edition's people see all its enrolments; anybody else their own."""
    enrolments = select(Enrolment).where(Enrolment.edition_id == edition.id)
    if actor.may(Permission.READ_ENROLMENTS, edition.code) or actor.may(
        Permission.SEE_COHORT, edition.code
    ):
        return enrolments
    return enrolments.where(Enrolment.person_id == actor.person_id)


def people_of(session: Session, actor: Actor, edition: Edition) -> Sequence[Enrolment]:
    """Return an edition's enrolments with their people, by name."""
    return session.scalars(
        visible_enrolments(actor, edition)
        .join(Enrolment.person)
        .options(joinedload(Enrolment.person))
        .order_by(Person.sort_key, Enrolment.id)
    ).all()


def enrolment_by_id(
    session: Session, actor: Actor, edition: Edition, enrolment_id: int
) -> Enrolment | None:
    return session.scalar(
        visible_enrolments(actor, edition)
        .where(Enrolment.id == enrolment_id)
        .options(joinedload(Enrolment.person))
    )


def own_enrolment(session: Session, actor: Actor, edition: Edition) -> Enrolment | None:
    """Return the actor's own place in an edition, whatever its status."""
    return session.scalar(
        select(Enrolment).where(
            Enrolment.edition_id == edition.id, Enrolment.person_id == actor.person_id
        )
    )


def places_by_email(
    session: Session, edition: Edition, emails: Sequence[str]
) -> dict[str, Enrolment]:
    """Return the places that people with these addresses have in an edition."""
    rows = session.execute(
        select(Person.email, Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.edition_id == edition.id, Person.email.in_(emails))
    )
    return {row.email: row.Enrolment for row in rows}


def places_taken(session: Session, edition: Edition) -> int:
    taken = select(func.count()).where(
        Enrolment.edition_id == edition.id, Enrolment.status != EnrolmentStatus.WITHDRAWN
    )
    return session.scalar(taken) or 0
