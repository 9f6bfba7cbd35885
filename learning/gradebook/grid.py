"""The grid of a cohort: people and requirements, a page at a time, in four queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.accounts.models import Person
from learning.accounts.queries import match_all_words
from learning.catalogue.models import Edition
from learning.content.activity_types import RequirementKey
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import visible_enrolments
from learning.enrolment.rules import UNENROLLED, EnrolmentStatus
from learning.gradebook.models import (
    CompletionStatus,
    ItemResult,
    MarkOverride,
    RequirementStatus,
)
from learning.gradebook.queries import changed_under_override
from learning.gradebook.rules.completion import FULFILLED, RequirementState
from learning.kit.percentages import from_hundredths
from learning.tutors.queries import participants_of

PAGE_SIZE = 50


class GridView(StrEnum):
    """Which people of a cohort are shown."""

    ALL = "all"
    ONE_LEFT = "one-left"  # one requirement is open
    COMPLETE = "complete"
    CHANGED = "changed"  # a raw mark has changed under an override


class GridOrder(StrEnum):
    """How the people are sorted."""

    NAME = "name"
    DONE = "done"  # the most fulfilled first
    MARK = "mark"  # the highest first


@dataclass(frozen=True, kw_only=True)
class GridFilter:
    """Filters of the grid: words of a name, one tutor's participants, an open requirement."""

    text: str = ""
    tutor_id: int | None = None
    view: GridView = GridView.ALL
    open: RequirementKey | None = None
    order: GridOrder = GridOrder.NAME
    start: int = 0


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """The state of one requirement of one person."""

    state: RequirementState = RequirementState.PENDING
    done: int = 0
    needed: int = 1


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One person of the grid."""

    enrolment_id: int
    uid: str
    name: str
    institution: str
    status: EnrolmentStatus
    fulfilled: int
    mark: Decimal | None
    cells: Mapping[RequirementKey, GridCell]


@dataclass(frozen=True, kw_only=True)
class GridSummary:
    """How many people fit words and tutor, and how far they are; `shown` pass every filter."""

    total: int
    complete: int
    one_left: int
    shown: int
    fulfilled: Mapping[RequirementKey, int]
    begun: Mapping[RequirementKey, int]


def grid_page(
    session: Session, actor: Actor, edition: Edition, filters: GridFilter, required: int
) -> tuple[list[GridRow], GridSummary]:
    """Return a page of the people who pass the filters, and the numbers of the cohort."""
    people = _people(actor, edition, filters)
    listed = _listed(people, filters, required)
    page = listed.order_by(*_order(filters)).offset(filters.start).limit(PAGE_SIZE)
    rows = session.execute(page).all()
    return _rows(session, rows), _summary(session, people, listed, required)


def whole_grid(
    session: Session, actor: Actor, edition: Edition, filters: GridFilter, required: int
) -> list[GridRow]:
    """Return everybody who passes the filters, in two queries."""
    listed = _listed(_people(actor, edition, filters), filters, required)
    return _rows(session, session.execute(listed.order_by(*_order(filters))).all())


def _people(actor: Actor, edition: Edition, filters: GridFilter) -> Select[*tuple[Any, ...]]:
    visible = visible_enrolments(actor, edition).join(Enrolment.person)
    if filters.tutor_id is not None:
        visible = visible.where(Enrolment.id.in_(participants_of(filters.tutor_id)))
    return (
        visible.outerjoin(CompletionStatus, CompletionStatus.enrolment_id == Enrolment.id)
        .where(Enrolment.status.not_in(UNENROLLED), *match_all_words(filters.text))
        .with_only_columns(
            Enrolment.id,
            Enrolment.uid,
            Enrolment.status,
            Person.name,
            Person.institution,
            _done().label("fulfilled"),
            CompletionStatus.mark,
        )
    )


def _done() -> ColumnElement[int]:
    return func.coalesce(CompletionStatus.fulfilled, 0)


def _listed(
    people: Select[*tuple[Any, ...]], filters: GridFilter, required: int
) -> Select[*tuple[Any, ...]]:
    """Return the people who pass the view and the open requirement, too."""
    if filters.view is GridView.COMPLETE:
        people = people.where(_done() >= required)
    elif filters.view is GridView.ONE_LEFT:
        people = people.where(_done() == required - 1)
    elif filters.view is GridView.CHANGED:
        people = people.where(Enrolment.id.in_(changed_enrolments()))
    if filters.open is not None:
        closed = select(RequirementStatus.enrolment_id).where(
            RequirementStatus.requirement == filters.open,
            RequirementStatus.state.in_(FULFILLED),
        )
        people = people.where(Enrolment.id.not_in(closed))
    return people


def changed_enrolments() -> Select[int]:
    """Return the enrolments with an override whose raw mark has changed since."""
    return select(ItemResult.enrolment_id).join(MarkOverride, changed_under_override())


def _order(filters: GridFilter) -> list[ColumnElement[Any]]:
    by_name: list[ColumnElement[Any]] = [Person.sort_key.asc(), Enrolment.id.asc()]
    if filters.order is GridOrder.DONE:
        return [_done().desc(), *by_name]
    if filters.order is GridOrder.MARK:
        return [CompletionStatus.mark.is_(None), CompletionStatus.mark.desc(), *by_name]
    return by_name


def _rows(session: Session, rows: Sequence[Any]) -> list[GridRow]:
    states = session.execute(
        select(
            RequirementStatus.enrolment_id,
            RequirementStatus.requirement,
            RequirementStatus.state,
            RequirementStatus.done,
            RequirementStatus.needed,
        ).where(RequirementStatus.enrolment_id.in_([row.id for row in rows]))
    )
    cells: defaultdict[int, dict[RequirementKey, GridCell]] = defaultdict(dict)
    for enrolment_id, key, state, done, needed in states:
        cells[enrolment_id][key] = GridCell(state=state, done=done, needed=needed)
    return [
        GridRow(
            enrolment_id=row.id,
            uid=row.uid,
            name=row.name,
            institution=row.institution,
            status=row.status,
            fulfilled=row.fulfilled,
            mark=None if row.mark is None else from_hundredths(row.mark),
            cells=cells[row.id],
        )
        for row in rows
    ]


def _summary(
    session: Session,
    people: Select[*tuple[Any, ...]],
    listed: Select[*tuple[Any, ...]],
    required: int,
) -> GridSummary:
    each = people.subquery().c
    shown = select(func.count()).select_from(listed.subquery()).scalar_subquery()
    total, complete, one_left, number = session.execute(
        select(
            func.count(),
            _sum(each.fulfilled >= required),
            _sum(each.fulfilled == required - 1),
            shown,
        ).select_from(each.id.table)
    ).one()
    fulfilled = _sum(RequirementStatus.state.in_(FULFILLED))
    begun = _sum(RequirementStatus.state.not_in(FULFILLED) & (RequirementStatus.done > 0))
    counts = session.execute(
        select(RequirementStatus.requirement, fulfilled, begun)
        .where(RequirementStatus.enrolment_id.in_(people.with_only_columns(Enrolment.id)))
        .group_by(RequirementStatus.requirement)
    ).all()
    return GridSummary(
        total=total,
        complete=complete,
        one_left=one_left,
        shown=number,
        fulfilled={key: done for key, done, _ in counts},
        begun={key: some for key, _, some in counts},
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
