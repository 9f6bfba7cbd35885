"""The progress of a cohort: who is behind, a page at a time, in a few statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from learning.access.actor import Actor
from learning.accounts.models import Person
from learning.accounts.queries import match_all_words
from learning.catalogue.models import Edition
from learning.catalogue.rules import week_of
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import visible_enrolments
from learning.enrolment.rules import UNENROLLED
from learning.lessons.models import LearnerState, LessonProgress
from learning.lessons.rules import Pace
from learning.tutors.queries import participants_of

PAGE_SIZE = 50


class CohortOrder(StrEnum):
    """How a cohort is sorted."""

    BEHIND = "behind"  # the most behind first
    NAME = "name"
    ACTIVE = "active"  # the longest silent first


@dataclass(frozen=True, kw_only=True)
class CohortFilter:
    """Filters of a cohort: words of a name, an address or an institution; one tutor's participants.

    `past` are the lessons of the weeks that are over, `week` how many of them the last one had.
    """

    text: str = ""
    tutor_id: int | None = None
    past: Collection[str] = ()
    week: int = 0
    pace: Pace | None = None  # of the people who are listed; the numbers are of all paces
    quiet_before: datetime | None = None  # only who is a week behind, or was active before it last
    order: CohortOrder = CohortOrder.BEHIND
    start: int = 0  # how many people come before this page


@dataclass(frozen=True, kw_only=True)
class CohortSummary:
    """How many people fit, by their pace, and how many were active since a moment.

    `listed` are those whom the page is cut from.
    """

    total: int
    paces: Mapping[Pace, int]
    active: int
    listed: int = 0


@dataclass(frozen=True, kw_only=True)
class ParticipantProgress:
    """One person of a cohort: opened and finished lessons, and when they were last active.

    `behind` is how many lessons of the weeks that are over they have not finished.
    """

    enrolment_id: int
    uid: str  # of the enrolment
    name: str
    institution: str
    behind: int
    opened: frozenset[str]
    done: frozenset[str]
    last_seen_at: datetime | None


def past_lessons(course: Course, edition: Edition, today: date) -> tuple[list[str], int]:
    """Return the lessons of the weeks that are over, and how many of them the last week had."""
    week = week_of(edition.starts_on, today)
    begun = [module for module in course.modules if module.week <= week]
    current = max((module.week for module in begun), default=0)
    past = [
        [lesson.key for lesson in module.lessons if lesson.texts]
        for module in begun
        if module.week != current
    ]
    return [key for lessons in past for key in lessons], len(past[-1]) if past else 0


def cohort_page(
    session: Session, actor: Actor, edition: Edition, filters: CohortFilter, *, since: datetime
) -> tuple[list[ParticipantProgress], CohortSummary]:
    """Return a page of an edition's people, and how all who fit keep up, in two queries.

    `since` is the moment from which on somebody counts as active. The database looks at everybody
    once, for the page and for the numbers.
    """
    pace = _pace(actor, edition, filters).cte("pace")
    numbers = select(
        func.count().label("total"),
        _count_of(pace.c.behind >= max(filters.week, 1)).label("a_week_behind"),
        _count_of(pace.c.behind > 0).label("not_on_time"),
        _count_of(pace.c.last_seen_at >= since).label("active"),
        _count_of(and_(true(), *_at_pace(filters, pace.c))).label("listed"),
    ).subquery()
    page = select(pace).where(*_at_pace(filters, pace.c)).order_by(*_order(filters, pace.c))
    shown = page.offset(filters.start).limit(PAGE_SIZE).subquery()
    rows = session.execute(
        select(numbers, shown)
        .select_from(numbers.outerjoin(shown, true()))
        .order_by(*_order(filters, shown.c))
    ).all()
    total, a_week_behind, not_on_time, active, listed, *_ = rows[0]
    paces = {
        Pace.BEHIND: a_week_behind,
        Pace.LATE: not_on_time - a_week_behind,
        Pace.ON_TIME: total - not_on_time,
    }
    people = _with_progress(session, [row for row in rows if row.id is not None])
    return people, CohortSummary(total=total, paces=paces, active=active, listed=listed)


def whole_cohort(
    session: Session, actor: Actor, edition: Edition, filters: CohortFilter
) -> list[ParticipantProgress]:
    """Return all people of an edition who fit, in two queries."""
    pace = _pace(actor, edition, filters).subquery()
    listed = select(pace).where(*_at_pace(filters, pace.c))
    rows = session.execute(listed.order_by(*_order(filters, pace.c))).all()
    return _with_progress(session, rows)


def addresses(
    session: Session, actor: Actor, edition: Edition, filters: CohortFilter
) -> Sequence[str]:
    """Return the e-mail addresses of all people of an edition who fit, in the order of names."""
    pace = _pace(actor, edition, filters).add_columns(Person.email).subquery()
    people = select(pace.c.email).where(*_at_pace(filters, pace.c))
    return session.scalars(people.order_by(pace.c.sort_key, pace.c.id)).all()


def finished_counts(
    session: Session,
    actor: Actor,
    edition: Edition,
    filters: CohortFilter,
    lessons: Collection[str],
) -> dict[str, int]:
    """Return how many of these people have finished each of some lessons."""
    rows = session.execute(
        _studying(actor, edition, filters)
        .join(LessonProgress, LessonProgress.enrolment_id == Enrolment.id)
        .where(LessonProgress.done_at.is_not(None), LessonProgress.lesson.in_(lessons))
        .with_only_columns(LessonProgress.lesson, func.count())
        .group_by(LessonProgress.lesson)
    )
    return dict(rows.all())


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _pace(actor: Actor, edition: Edition, filters: CohortFilter) -> Select[Any]:
    """Return the people of a cohort, with how many of the past lessons they have not finished."""
    finished = (
        select(func.count())
        .where(
            LessonProgress.enrolment_id == Enrolment.id,
            LessonProgress.done_at.is_not(None),
            LessonProgress.lesson.in_(filters.past),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return (
        _studying(actor, edition, filters)
        .outerjoin(LearnerState, LearnerState.enrolment_id == Enrolment.id)
        .with_only_columns(
            Enrolment.id,
            Enrolment.uid,
            Person.name,
            Person.institution,
            Person.sort_key,
            LearnerState.last_seen_at,
            (len(filters.past) - finished).label("behind"),
        )
    )


def _at_pace(
    filters: CohortFilter, columns: ReadOnlyColumnCollection[str, ColumnElement[Any]]
) -> list[ColumnElement[bool]]:
    """Return the conditions that somebody keeps up as the filters ask for (`rules.pace`)."""
    week, seen = max(filters.week, 1), columns.last_seen_at
    conditions = {
        Pace.BEHIND: columns.behind >= week,
        Pace.LATE: columns.behind.between(1, week - 1),
        Pace.ON_TIME: columns.behind == 0,
    }
    chosen = [conditions[filters.pace]] if filters.pace else []
    if filters.quiet_before is not None:
        quiet = seen.is_(None) | (seen < filters.quiet_before)
        chosen.append(conditions[Pace.BEHIND] | quiet)
    return chosen


def _order(
    filters: CohortFilter, columns: ReadOnlyColumnCollection[str, ColumnElement[Any]]
) -> list[ColumnElement[Any]]:
    orders: dict[CohortOrder, list[ColumnElement[Any]]] = {
        CohortOrder.BEHIND: [columns.behind.desc()],
        CohortOrder.NAME: [],
        CohortOrder.ACTIVE: [columns.last_seen_at.is_not(None), columns.last_seen_at],
    }
    return [*orders[filters.order], columns.sort_key, columns.id]


def _studying(actor: Actor, edition: Edition, filters: CohortFilter) -> Select[Any]:
    visible = visible_enrolments(actor, edition).join(Enrolment.person)
    if filters.tutor_id is not None:
        visible = visible.where(Enrolment.id.in_(participants_of(filters.tutor_id)))
    return visible.where(Enrolment.status.not_in(UNENROLLED), *match_all_words(filters.text))


def _with_progress(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]]
) -> list[ParticipantProgress]:
    """Return people with the lessons that they have opened and finished, in one query."""
    query = select(
        LessonProgress.enrolment_id, LessonProgress.lesson, LessonProgress.done_at.is_not(None)
    ).where(LessonProgress.enrolment_id.in_([row.id for row in rows]))
    steps = session.connection().execute(query)  # plain columns: no need of the ORM
    opened: defaultdict[int, set[str]] = defaultdict(set)
    done: defaultdict[int, set[str]] = defaultdict(set)
    for enrolment_id, lesson, is_done in steps:
        opened[enrolment_id].add(lesson)
        if is_done:
            done[enrolment_id].add(lesson)
    return [
        ParticipantProgress(
            enrolment_id=row.id,
            uid=row.uid,
            name=row.name,
            institution=row.institution,
            behind=row.behind,
            opened=frozenset(opened[row.id]),
            done=frozenset(done[row.id]),
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    ]
