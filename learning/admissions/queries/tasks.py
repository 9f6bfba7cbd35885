"""What staff have to do next about an application, as a condition of the board and of the queue."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, select

from learning.admissions.models import Application, ApplicationTransition, Offer
from learning.admissions.rules import deadlines
from learning.admissions.rules.ranking import ASSESSORS
from learning.admissions.rules.states import ASSESSABLE, ApplicationEvent


class BoardTask(StrEnum):
    """A filter of the board by what is to be done."""

    ANSWERED = "answered"  # the candidate has answered a question
    DECIDE = "decide"  # under review, and nothing was answered last
    ASSESS = "assess"  # fewer scores than it needs
    OFFER_ENDS = "offer_ends"  # an open offer of a seat ends soon


_LATEST_EVENT = (
    select(ApplicationTransition.event)
    .where(ApplicationTransition.application_id == Application.id)
    .order_by(ApplicationTransition.id.desc())
    .limit(1)
    .correlate(Application)
    .scalar_subquery()
)
TASKS: Mapping[BoardTask, ColumnElement[bool]] = {
    BoardTask.ANSWERED: _LATEST_EVENT == ApplicationEvent.PROVIDE_INFO,
    BoardTask.DECIDE: _LATEST_EVENT != ApplicationEvent.PROVIDE_INFO,
}
"""The tasks that depend on the latest transition alone."""


def task_condition(
    task: BoardTask, assessments: ColumnElement[int], now: datetime
) -> ColumnElement[bool]:
    """Return the condition of a task; `assessments` counts those of the application."""
    if task is BoardTask.ASSESS:
        return and_(Application.state.in_(ASSESSABLE), assessments < ASSESSORS)
    if task is BoardTask.OFFER_ENDS:
        return exists().where(
            Offer.application_id == Application.id,
            Offer.ended_at.is_(None),
            Offer.ends_at <= now + deadlines.OFFER_ENDS_SOON,
        )
    return TASKS[task]
