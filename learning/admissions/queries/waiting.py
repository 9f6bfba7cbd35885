"""What waits for staff in admissions, one kind a function (`extension_points.waiting`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, case, func, null, select
from sqlalchemy.orm import Session

from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.admissions.models import Application, ApplicationTransition, Offer
from learning.admissions.queries.tasks import TASKS, BoardTask
from learning.admissions.rules import deadlines
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.extension_points.waiting import (
    WaitingGroup,
    WaitingKind,
    WaitingRequest,
    WaitingRow,
    WaitingRows,
)
from learning.kit.i18n import N_

LONGEST_FIRST = ApplicationTransition.at, Application.id
NOON = time(12, tzinfo=UTC)  # the same day almost wherever it is read
DueOf = Callable[[Row[Any]], datetime]
Condition = ColumnElement[bool]


@dataclass(frozen=True, kw_only=True)
class TaskQuery:
    """One kind of applications that wait: which, in which order, and when each is due.

    `due` takes a row with `since`, `starts_on` and `ends_at`; `is_overdue` says the same in SQL, of
    the columns of a subquery. `board` are the filters with which the board shows exactly these.
    """

    found: Callable[[datetime], Select[Any]]
    order: Sequence[SQLColumnExpression[Any]]
    due: DueOf
    is_overdue: Callable[[Any, datetime], Condition]
    board: Mapping[str, str]

    def rows(self, session: Session, request: WaitingRequest) -> WaitingRows:
        """Return the first rows and how many there are."""
        found = _within(self.found(request.now), request).order_by(*self.order)
        total = func.count().over().label("total")
        rows = session.execute(found.add_columns(total).limit(request.limit)).all()
        waiting = [
            WaitingRow(
                subject=row.name,
                path=f"staff/editions/{row.code}/applications/{row.reference}",
                since=row.since,
                due=self.due(row),
                edition=row.code,
            )
            for row in rows
        ]
        return WaitingRows(rows=waiting, total=rows[0].total if rows else 0)

    def summary(self, session: Session, request: WaitingRequest) -> list[WaitingGroup]:
        """Return the numbers of each edition."""
        each = _within(self.found(request.now), request).subquery().c
        late = case((self.is_overdue(each, request.now), 1), else_=0)
        groups = select(
            each.code,
            each.starts_on,
            func.count().label("number"),
            func.sum(late).label("late"),
            func.min(each.since).label("since"),
            func.min(each.ends_at).label("ends_at"),
        ).group_by(each.code, each.starts_on)
        return [
            WaitingGroup(
                count=row.number,
                overdue=row.late,
                since=row.since,
                due=self.due(row),
                path=f"staff/editions/{row.code}/applications/?{urlencode(self.board)}",
                edition=row.code,
            )
            for row in session.execute(groups)
        ]


def _within(found: Select[Any], request: WaitingRequest) -> Select[Any]:
    if request.editions is None:
        return found
    return found.where(Edition.code.in_(request.editions))


def _applications(
    *, since: SQLColumnExpression[Any], ends_at: SQLColumnExpression[Any]
) -> Select[Any]:
    columns: list[SQLColumnExpression[Any]] = [
        Application.reference,
        Person.name,
        Edition.code,
        Edition.starts_on,
        since.label("since"),
        ends_at.label("ends_at"),
    ]
    return (
        select(*columns)
        .select_from(Application)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == Application.edition_id)
    )


def _in_state(state: ApplicationState, *conditions: Condition) -> Callable[[datetime], Select[Any]]:
    """Return the query for the applications in a state, since the transition that led to it."""
    latest = (
        select(func.max(ApplicationTransition.id))
        .where(ApplicationTransition.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )
    found = _applications(since=ApplicationTransition.at, ends_at=null())
    found = found.join(ApplicationTransition, ApplicationTransition.id == latest)
    found = found.where(Application.state == state, *conditions)
    return lambda _now: found


def _ending_offers(now: datetime) -> Select[Any]:
    """Return the open offers of a seat that end soon."""
    offers = _applications(since=Offer.created_at, ends_at=Offer.ends_at)
    return offers.join(Offer, Offer.application_id == Application.id).where(
        Offer.ended_at.is_(None), Offer.ends_at <= now + deadlines.OFFER_ENDS_SOON
    )


def _in_time(state: ApplicationState, within: timedelta, board: Mapping[str, str]) -> TaskQuery:
    """Return the applications that staff should act on within some time, the oldest first."""
    task = TASKS.get(BoardTask(board["task"])) if "task" in board else None
    return TaskQuery(
        found=_in_state(state, *([task] if task is not None else [])),
        order=LONGEST_FIRST,
        due=lambda row: row.since + within,
        is_overdue=lambda each, now: each.since < now - within,
        board={"state": str(state), **board},
    )


SUBMITTED = _in_time(ApplicationState.SUBMITTED, deadlines.REVIEW_STARTS_WITHIN, {})
"""What nobody has begun to review."""
ANSWERED = _in_time(
    ApplicationState.UNDER_REVIEW, deadlines.ANSWER_READ_WITHIN, {"task": BoardTask.ANSWERED}
)
"""What candidates have answered on a question of ours."""
UNDER_REVIEW = _in_time(
    ApplicationState.UNDER_REVIEW, deadlines.DECISION_WITHIN, {"task": BoardTask.DECIDE}
)
"""The other applications that wait for a decision."""
ACCEPTED = TaskQuery(
    found=_in_state(ApplicationState.ACCEPTED),
    order=(Edition.starts_on, *LONGEST_FIRST),
    due=lambda row: datetime.combine(row.starts_on, NOON),
    is_overdue=lambda each, now: each.starts_on < (now - timedelta(hours=12)).date(),
    board={"state": str(ApplicationState.ACCEPTED)},
)
"""The accepted whose enrolment is not confirmed; the course begins without them."""
ENDING_OFFERS = TaskQuery(
    found=_ending_offers,
    order=(Offer.ends_at, Offer.created_at, Application.id),
    due=lambda row: row.ends_at,
    is_overdue=lambda each, now: each.ends_at < now,
    board={"state": str(ApplicationState.WAITLISTED), "task": BoardTask.OFFER_ENDS},
)
"""The offers of a seat that end soon and are not answered, the first to end first."""
KINDS = (
    WaitingKind(
        key="offers-ending",
        label=N_("Seat offers that end soon"),
        action=N_("Look at the offers"),
        permission=Permission.ADMIT,
        provider=ENDING_OFFERS.rows,
        summary=ENDING_OFFERS.summary,
    ),
    WaitingKind(
        key="applications-answered",
        label=N_("Answers of candidates"),
        action=N_("Read the answers"),
        permission=Permission.ADMIT,
        provider=ANSWERED.rows,
        summary=ANSWERED.summary,
    ),
    WaitingKind(
        key="applications-submitted",
        label=N_("New applications"),
        action=N_("Begin the review"),
        permission=Permission.ADMIT,
        provider=SUBMITTED.rows,
        summary=SUBMITTED.summary,
    ),
    WaitingKind(
        key="applications-under-review",
        label=N_("Applications under review"),
        action=N_("Assess the applications"),
        permission=Permission.ASSESS,
        provider=UNDER_REVIEW.rows,
        summary=UNDER_REVIEW.summary,
    ),
    WaitingKind(
        key="applications-accepted",
        label=N_("Enrolments to confirm"),
        action=N_("Confirm the enrolments"),
        permission=Permission.CONFIRM_ENROLMENTS,
        provider=ACCEPTED.rows,
        summary=ACCEPTED.summary,
    ),
)
"""What staff of admissions do next, as the staff area shows it."""
