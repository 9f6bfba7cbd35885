"""Reads of enrolments; each starts from what the actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, joinedload

from learning.access.actor import Actor
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.accounts.queries import match_all_words
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import UNENROLLED

PAGE_SIZE = 50
SEE_ALL = (Permission.READ_ENROLMENTS, Permission.SEE_COHORT, Permission.ASSIGN_TUTORS)
"""With one of these, staff see everybody who is enrolled in an edition."""
Row = TypeVarTuple("Row")


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """Filters of an edition's people: words of a name, an address, an institution; the next page.

    `after` is the uid of the last enrolment of the page before.
    """

    text: str = ""
    after: str = ""


def visible_enrolments(actor: Actor, edition: Edition) -> Select[Enrolment]:
    """Staff who may see an edition's people see all its enrolments; others their own."""
    enrolments = select(Enrolment).where(Enrolment.edition_id == edition.id)
    if any(actor.may(permission, edition.code) for permission in SEE_ALL):
        return enrolments
    return enrolments.where(Enrolment.person_id == actor.person_id)


def page_of(session: Session, enrolments: Select[*Row], filters: PeopleFilter) -> Select[*Row]:
    """Return one page of enrolments by their people's names; `enrolments` joins the people."""
    last = session.execute(
        select(Person.sort_key, Enrolment.id)
        .join(Enrolment.person)
        .where(Enrolment.uid == filters.after)
    ).first() if filters.after else None  # fmt: skip
    if last is not None:
        enrolments = enrolments.where(tuple_(Person.sort_key, Enrolment.id) > tuple(last))
    found = enrolments.where(*match_all_words(filters.text))
    return found.order_by(Person.sort_key, Enrolment.id).limit(PAGE_SIZE)


def enrolment_by_uid(
    session: Session, actor: Actor, edition: Edition, uid: str
) -> Enrolment | None:
    return session.scalar(
        visible_enrolments(actor, edition)
        .where(Enrolment.uid == uid)
        .options(joinedload(Enrolment.person))
    )


def enrolments_of(session: Session, person_id: int) -> Sequence[Enrolment]:
    """Return a person's enrolments with their editions, the latest first."""
    own = select(Enrolment).where(Enrolment.person_id == person_id)
    return session.scalars(
        own.options(joinedload(Enrolment.edition)).order_by(Enrolment.id.desc())
    ).all()


def enrolments_by_person(
    session: Session, edition: Edition, people_ids: Collection[int]
) -> dict[int, Enrolment]:
    """Return the enrolments of people in an edition, by person."""
    enrolments = session.scalars(
        select(Enrolment).where(
            Enrolment.edition_id == edition.id, Enrolment.person_id.in_(people_ids)
        )
    )
    return {enrolment.person_id: enrolment for enrolment in enrolments}


def is_enrolled(session: Session, person_id: int, edition_id: int) -> bool:
    """Whether a person is enrolled in an edition, with or without an application."""
    query = select(Enrolment.id).where(
        Enrolment.person_id == person_id,
        Enrolment.edition_id == edition_id,
        Enrolment.status.not_in(UNENROLLED),
    )
    return session.scalar(query) is not None
