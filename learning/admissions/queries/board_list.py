"""The list of applications on the board: its filters, order and pages, and what is beside one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from learning.accounts.models import Person
from learning.accounts.queries import MAX_SEARCH_WORDS, match_word
from learning.admissions.models import Application, Offer
from learning.admissions.queries.breakdown import UNKNOWN, Group
from learning.admissions.queries.scores import assessments_count, is_assessed_by, shown_score
from learning.admissions.queries.stages import has_reached, stage_column
from learning.admissions.queries.tasks import BoardTask, task_condition
from learning.admissions.rules.regions import COUNTRIES, REGIONS
from learning.admissions.rules.stages import OF_EVENT, OF_STATUS, SEATED, Stage
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.kit.time import WEEK, start_of_day

PAGE_SIZE = 50
DERIVED = frozenset({*OF_STATUS.values(), *OF_EVENT.values()})
"""The stages that also depend on the enrolment."""


class BoardSort(StrEnum):
    """The order of the board; what begins with a minus is descending."""

    BEST = "-score"
    WORST = "score"
    OLDEST = "submitted"
    LATEST = "-submitted"
    NAME = "name"
    NAME_DOWN = "-name"


DEFAULT_SORTS = {
    Stage.SUBMITTED: BoardSort.OLDEST,
    Stage.UNDER_REVIEW: BoardSort.BEST,
    Stage.AWAITING_INFO: BoardSort.OLDEST,
    Stage.WAITLISTED: BoardSort.BEST,
}
"""The order in which the work of a stage is done; elsewhere the latest come first."""


@dataclass(frozen=True, kw_only=True)
class BoardFilter:
    """The filters of the board; empty means all, without drafts. Values of one are joined by "or".

    `reached` are stages that an application was ever in. `weeks` are the Mondays of the weeks in
    which it was submitted; None is for those that were not submitted here. What `reader` does not
    see yet is not in the order either.
    """

    now: datetime
    reader: int
    stage: Stage | None = None
    values: dict[Group, Collection[str]] = field(default_factory=dict[Group, Collection[str]])
    tasks: Collection[BoardTask] = ()
    reached: Collection[Stage] = ()
    weeks: Collection[date | None] = ()
    seated: bool = False
    text: str = ""
    sort: BoardSort | None = None

    @property
    def order(self) -> BoardSort:
        """Return the order that was asked for, else that of the stage."""
        default = DEFAULT_SORTS.get(self.stage) if self.stage else None
        return self.sort or default or BoardSort.LATEST


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One application on the board."""

    application: Application
    stage: Stage
    name: str
    institution: str
    score: int | None  # what the reader sees of it
    assessments: int
    offer_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Where an application stands in a list, from 1, and the references beside it."""

    position: int
    total: int
    previous: str | None
    following: str | None


def board_rows(
    session: Session, edition: Edition, filters: BoardFilter, start: int
) -> list[BoardRow]:
    """Return the page of the board that begins after the first `start` applications."""
    query = (
        select(
            Application,
            stage_column(),
            Person.name,
            Person.institution,
            shown_score(filters.reader),
            assessments_count(),
            _offer_until(),
        )
        .join(Person, Person.id == Application.person_id)
        .where(*conditions(edition, filters))
        .order_by(*order_of(filters))
        .offset(start)
        .limit(PAGE_SIZE)
    )
    return [
        BoardRow(
            application=application,
            stage=Stage(stage),
            name=name,
            institution=institution,
            score=score,
            assessments=number,
            offer_until=until,
        )
        for application, stage, name, institution, score, number, until in session.execute(query)
    ]


def count_rows(session: Session, edition: Edition, filters: BoardFilter) -> int:
    """Return how many applications pass the filters."""
    return session.scalar(_listed(func.count()).where(*conditions(edition, filters))) or 0


def first_references(
    session: Session, edition: Edition, filters: BoardFilter, limit: int
) -> Sequence[str]:
    """Return the references of the first applications of the list, in its order."""
    query = _listed(Application.reference).where(*conditions(edition, filters))
    return session.scalars(query.order_by(*order_of(filters)).limit(limit)).all()


def listed_among(
    session: Session, edition: Edition, filters: BoardFilter, references: Sequence[str]
) -> frozenset[str]:
    """Return those of some references that are in the list."""
    query = _listed(Application.reference).where(*conditions(edition, filters))
    return frozenset(session.scalars(query.where(Application.reference.in_(references))))


def neighbours(
    session: Session,
    application: Application,
    filters: BoardFilter,
    *,
    unassessed_by: int | None = None,
    in_its_state: bool = False,
) -> Neighbours:
    """Return where an application stands in the list, as if it passed the filters.

    With `unassessed_by`, the list has only what that person has not assessed; with `in_its_state`,
    only what waits for the same decision.
    """
    passes = conditions(application.edition, filters)
    if unassessed_by is not None:
        passes.append(~is_assessed_by(unassessed_by))
    if in_its_state:
        passes.append(Application.state == application.state)
    order = order_of(filters)
    each = _listed(
        Application.id,
        func.row_number().over(order_by=order).label("position"),
        func.count().over().label("total"),
        func.lag(Application.reference).over(order_by=order).label("previous"),
        func.lead(Application.reference).over(order_by=order).label("following"),
    ).where(or_(and_(*passes), Application.id == application.id))
    found = each.subquery()
    row = session.execute(select(found).where(found.c.id == application.id)).one()
    return Neighbours(
        position=row.position, total=row.total, previous=row.previous, following=row.following
    )


def conditions(edition: Edition, filters: BoardFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters; the person is joined."""
    found = [Application.edition_id == edition.id, _in_stage(filters.stage)]
    for group, values in filters.values.items():
        if values:
            found.append(_has_value(group, values))
    if filters.tasks:
        tasks = [task_condition(each, assessments_count(), filters.now) for each in filters.tasks]
        found.append(or_(*tasks))
    if filters.reached:
        found.append(or_(*map(has_reached, filters.reached)))
    if filters.weeks:
        found.append(or_(*(_submitted_in(week, edition.zone) for week in filters.weeks)))
    if filters.seated:
        found.append(stage_column().in_([str(stage) for stage in SEATED]))
    return found + match_text(filters.text)


def match_text(text: str) -> list[ColumnElement[bool]]:
    """Return the conditions that every word is in the reference, or in what is known of a person.

    The person is joined.
    """
    reference = func.lower(Application.reference)
    return [
        or_(match_word(word), reference.contains(word.lower(), autoescape=True))
        for word in text.split()[:MAX_SEARCH_WORDS]
    ]


def _listed(*columns: Any) -> Select[Any]:  # noqa: ANN401 what a query can return
    return (
        select(*columns).select_from(Application).join(Person, Person.id == Application.person_id)
    )


def _in_stage(stage: Stage | None) -> ColumnElement[bool]:
    if stage is None:
        return Application.state != ApplicationState.DRAFT
    if stage in DERIVED:
        return stage_column() == str(stage)
    return Application.state == ApplicationState(str(stage))


COLUMNS: dict[Group, InstrumentedAttribute[str]] = {
    Group.LANGUAGE: Application.study_language,
    Group.GENDER: Application.gender,
    Group.CONSTITUENCY: Application.constituency,
    Group.FUNDING: Application.funding,
}


def _has_value(group: Group, values: Collection[str]) -> ColumnElement[bool]:
    if group not in {Group.REGION, Group.COUNTRY}:
        return COLUMNS[group].in_(["" if value == UNKNOWN else value for value in values])
    countries = {code for value in values for code in REGIONS.get(value, (value,))}
    within = Application.country.in_(countries)
    return or_(within, Application.country.not_in(COUNTRIES)) if UNKNOWN in values else within


def _submitted_in(monday: date | None, zone: str) -> ColumnElement[bool]:
    """Whether an application was submitted in a week of a zone; None: not submitted here."""
    if monday is None:
        return or_(Application.transferred_from_id.is_not(None), Application.submitted_at.is_(None))
    return and_(
        Application.transferred_from_id.is_(None),
        Application.submitted_at >= start_of_day(monday, zone),
        Application.submitted_at < start_of_day(monday + WEEK, zone),
    )


def order_of(filters: BoardFilter) -> list[ColumnElement[Any]]:
    """Return an order in which no two applications are equal; what has no value comes last."""
    sort = filters.order
    column: Any = {
        "score": shown_score(filters.reader),
        "submitted": Application.submitted_at,
        "name": Person.sort_key,
    }[sort.lstrip("-")]
    directed = column.desc() if sort.startswith("-") else column.asc()
    return [column.is_(None), directed, Application.submitted_at, Application.id]


def _offer_until() -> ColumnElement[datetime]:
    return (
        select(Offer.ends_at)
        .where(Offer.application_id == Application.id, Offer.ended_at.is_(None))
        .correlate(Application)
        .scalar_subquery()
    )
