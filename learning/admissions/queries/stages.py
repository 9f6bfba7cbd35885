"""The stage of applications in SQL: the same as `stages.stage_of`."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, Text, case, literal, select, type_coerce
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.admissions.models import Application, ApplicationTransition
from learning.admissions.rules.stages import OF_EVENT, OF_STATUS, TOOK_PART, Stage
from learning.admissions.rules.states import ApplicationState
from learning.enrolment.models import Enrolment, EnrolmentTransition
from learning.enrolment.rules import EnrolmentEvent


@lru_cache(maxsize=1)
def stage_column() -> ColumnElement[str]:
    """Return the stage of an application as a column; group by it only in a query around it."""
    status = (
        select(type_coerce(Enrolment.status, Text))
        .where(
            Enrolment.id == Application.enrolment_id,
            Enrolment.period == Application.enrolment_period,
        )
        .correlate(Application)
        .scalar_subquery()
    )
    event = (
        select(type_coerce(EnrolmentTransition.event, Text))
        .where(*_own())
        .order_by(EnrolmentTransition.id.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    left = case(
        {str(each): str(stage) for each, stage in OF_EVENT.items()},
        value=event,
        else_=literal(str(Stage.CANCELLED)),
    )
    now = case(
        {str(each): str(stage) for each, stage in OF_STATUS.items()}, value=status, else_=left
    )
    return case(
        (Application.state == ApplicationState.ENROLLED, now),
        else_=type_coerce(Application.state, Text),
    )


def has_reached(stage: Stage) -> ColumnElement[bool]:
    """Whether an application was ever in a stage; the end of a course is one of its enrolment."""
    if stage in TOOK_PART - {Stage.ENROLLED}:
        return stage_column() == str(stage)
    return (
        select(ApplicationTransition.id)
        .where(
            ApplicationTransition.application_id == Application.id,
            ApplicationTransition.after == ApplicationState(str(stage)),
        )
        .correlate(Application)
        .exists()
    )


def stages_of(session: Session, ids: Collection[int]) -> dict[int, Stage]:
    """Return the stages of applications by id, in one query."""
    rows = session.execute(select(Application.id, stage_column()).where(Application.id.in_(ids)))
    return {id_: Stage(stage) for id_, stage in rows}


def participation(
    session: Session, application: Application
) -> Sequence[tuple[EnrolmentTransition, str | None]]:
    """Return the transitions of an application's enrolment and their actors, oldest first.

    The first one, the enrolment itself, is in the application's own history.
    """
    actor = aliased(Person)
    own = select(EnrolmentTransition, actor.name).outerjoin(
        actor, actor.id == EnrolmentTransition.actor_id
    )
    rows = (
        own.join(Application, Application.enrolment_id == EnrolmentTransition.enrolment_id)
        .where(Application.id == application.id, *_own(), EnrolmentTransition.before.is_not(None))
        .where(EnrolmentTransition.event != EnrolmentEvent.RE_ENROL)
        .order_by(EnrolmentTransition.id)
    )
    return session.execute(rows).all()


def _own() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for transitions in the period of this application."""
    return (
        EnrolmentTransition.enrolment_id == Application.enrolment_id,
        EnrolmentTransition.period == Application.enrolment_period,
    )
