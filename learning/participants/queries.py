"""Reads of the people of an edition: a page of the list, its numbers, one person's history."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, false, func, null, or_, select
from sqlalchemy.orm import Session, aliased

from learning.access.actor import Actor
from learning.accounts.models import Person
from learning.accounts.queries import match_all_words
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment, EnrolmentMethod, EnrolmentTransition
from learning.enrolment.queries import visible_enrolments
from learning.enrolment.rules import EnrolmentStatus
from learning.extension_points.last_active import LastActiveProvider
from learning.tutors.queries import with_tutor

PAGE_SIZE = 50
MAX_ADDRESSES = 500
"""How many people can be written to at once; mail providers accept no more recipients."""
NOBODY = "none"
"""In an address, in place of a tutor's uid."""
Tutor = aliased(Person, name="tutor")
By = aliased(Person, name="by")


class PeopleSort(StrEnum):
    """The order of the list; what begins with a minus is descending."""

    NAME = "name"
    NAME_DOWN = "-name"
    EARLIEST = "enrolled"
    LATEST = "-enrolled"
    SILENT = "active"  # the longest silent first
    ACTIVE = "-active"


class Facet(StrEnum):
    """What the list can be filtered by, besides the status and words."""

    LANGUAGE = "language"
    TUTOR = "tutor"
    METHOD = "method"


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """The filters of the list; empty means all. Values of one facet are joined by "or"."""

    text: str = ""
    status: EnrolmentStatus | None = None
    values: Mapping[Facet, Collection[str]] = field(default_factory=dict)
    sort: PeopleSort = PeopleSort.NAME


class ListedPerson(NamedTuple):
    """One row of the list; `tutor` is None for those without one."""

    uid: str  # of the enrolment
    name: str
    email: str
    institution: str
    language: str
    status: EnrolmentStatus
    method: EnrolmentMethod
    enrolled_at: datetime
    tutor: str | None
    last_active_at: datetime | None


class PeopleNumber(NamedTuple):
    """How many people have these values in common."""

    status: EnrolmentStatus
    language: str
    method: EnrolmentMethod
    tutor: str | None  # a uid
    tutor_name: str | None
    people: int

    def value(self, facet: Facet) -> str:
        own = {Facet.LANGUAGE: self.language, Facet.METHOD: self.method}
        return own.get(facet, self.tutor or NOBODY)


@dataclass(frozen=True, kw_only=True)
class PeopleNumbers:
    """How many people there are by status and facet, of those who have the words of a search."""

    rows: Sequence[PeopleNumber]

    @property
    def tutors(self) -> dict[str, str]:
        """Return the names of the tutors whom somebody here has, by uid."""
        return {row.tutor: row.tutor_name or "" for row in self.rows if row.tutor}

    def statuses(self, filters: ListFilter) -> Counter[EnrolmentStatus]:
        """Return how many people with the chosen facets have each status."""
        found: Counter[EnrolmentStatus] = Counter()
        for row in self._chosen(filters, set(Facet)):
            found[row.status] += row.people
        return found

    def values(self, facet: Facet, filters: ListFilter) -> Counter[str]:
        """Return how many people of the status each value of a facet would leave."""
        found: Counter[str] = Counter()
        for row in self._chosen(filters, set(Facet) - {facet}):
            if filters.status in {None, row.status}:
                found[row.value(facet)] += row.people
        return found

    def _chosen(self, filters: ListFilter, facets: Collection[Facet]) -> list[PeopleNumber]:
        def fits(row: PeopleNumber, facet: Facet) -> bool:
            return not filters.values.get(facet) or row.value(facet) in filters.values[facet]

        return [row for row in self.rows if all(fits(row, facet) for facet in facets)]


def people_numbers(
    session: Session, actor: Actor, edition: Edition, filters: ListFilter
) -> PeopleNumbers:
    """Return the numbers of a list, in one query, whatever status and facets are chosen."""
    values = Enrolment.status, Person.language, Enrolment.method, Tutor.uid, Tutor.name
    found = _people(actor, edition).where(*match_all_words(filters.text))
    rows = session.execute(
        found.with_only_columns(*values, func.count()).group_by(*values).order_by(Tutor.name)
    )
    return PeopleNumbers(rows=[PeopleNumber._make(row) for row in rows])


def people_of(
    actor: Actor, edition: Edition, filters: ListFilter, last_active: LastActiveProvider | None
) -> Select[Any]:
    """Return the people who pass the filters, in their order, as a query."""
    active_at = last_active(Enrolment.id) if last_active else null()
    columns: list[Any] = [
        Enrolment.uid,
        Person.name,
        Person.email,
        Person.institution,
        Person.language,
        Enrolment.status,
        Enrolment.method,
        Enrolment.enrolled_at,
        Tutor.name.label("tutor"),
        active_at.label("last_active_at"),
    ]
    found = _people(actor, edition).where(*_conditions(filters))
    return found.with_only_columns(*columns).order_by(*_order(filters.sort, active_at))


def listed_people(session: Session, people: Select[Any], start: int) -> list[ListedPerson]:
    """Return the page of the list that begins after the first `start` people."""
    rows = session.execute(people.offset(start).limit(PAGE_SIZE))
    return [ListedPerson._make(row) for row in rows]


def exported_people(session: Session, people: Select[Any]) -> list[ListedPerson]:
    return [ListedPerson._make(row) for row in session.execute(people)]


def addresses_of(session: Session, people: Select[Any]) -> Sequence[str]:
    """Return the e-mail addresses of the people of a list, in its order."""
    return session.scalars(people.with_only_columns(Person.email).limit(MAX_ADDRESSES)).all()


def history_of(
    session: Session, enrolment: Enrolment
) -> Sequence[tuple[EnrolmentTransition, str | None]]:
    """Return the transitions of an enrolment, each with the name of who caused it."""
    rows = (
        select(EnrolmentTransition, By.name)
        .outerjoin(By, By.id == EnrolmentTransition.actor_id)
        .where(EnrolmentTransition.enrolment_id == enrolment.id)
        .order_by(EnrolmentTransition.id)
    )
    return [(row.EnrolmentTransition, row.name) for row in session.execute(rows)]


def last_active_at(
    session: Session, enrolment: Enrolment, last_active: LastActiveProvider | None
) -> datetime | None:
    if last_active is None:
        return None
    return session.scalar(select(last_active(Enrolment.id)).where(Enrolment.id == enrolment.id))


def _people(actor: Actor, edition: Edition) -> Select[Any]:
    """Return the enrolments of an edition, joined with their people and their tutors."""
    return with_tutor(visible_enrolments(actor, edition).join(Enrolment.person), Tutor)


def _conditions(filters: ListFilter) -> list[ColumnElement[bool]]:
    values = filters.values
    found = match_all_words(filters.text)
    if filters.status:
        found.append(Enrolment.status == filters.status)
    if languages := values.get(Facet.LANGUAGE):
        found.append(Person.language.in_(languages))
    if methods := values.get(Facet.METHOD):
        found.append(Enrolment.method.in_([EnrolmentMethod(each) for each in methods]))
    if tutors := values.get(Facet.TUTOR):
        nobody = Tutor.id.is_(None) if NOBODY in tutors else false()
        found.append(or_(Tutor.uid.in_(tutors), nobody))
    return found


def _order(sort: PeopleSort, active_at: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return an order in which no two people are equal; silent longest is who never came."""
    column: Any = {
        "name": Person.sort_key,
        "enrolled": Enrolment.enrolled_at,
        "active": active_at,
    }[sort.lstrip("-")]
    down = sort.startswith("-")
    never = column.is_(None) if down else column.is_not(None)
    ends: list[Any] = [Person.sort_key, Enrolment.id]
    return [never, column.desc() if down else column.asc(), *ends]
