"""Assessors: two look at an application, each by the same criteria, nobody at their own house."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.audit.actions import record
from learning.enrolment import ranking
from learning.enrolment.models import Application, Assessment
from learning.enrolment.ranking import Criterion
from learning.enrolment.rules import State
from learning.kit.errors import Refused
from learning.kit.i18n import N_

ASSESSED = frozenset({State.SUBMITTED, State.UNDER_REVIEW, State.INFO_REQUESTED, State.WAITLISTED})
CONFLICT = N_("You come from the same institution. Somebody else assesses this application.")


@dataclass(frozen=True, kw_only=True)
class Given:
    """The points of one assessor, 0 to 4 by criterion, and a remark for the others."""

    points: dict[Criterion, int]
    remark: str


def assess(
    session: Session, application: Application, given: Given, *, by: int, now: datetime
) -> None:
    """Keep what an assessor gives, or change it; raise Refused for a conflict of interest."""
    # locked: of many assessors at once, no more than two are counted
    locked = select(Application.state).where(Application.id == application.id).with_for_update()
    if session.scalar(locked) not in ASSESSED:
        raise Refused(N_("This application is decided; its scores stay as they are."))
    assessor, person = session.get_one(Person, by), session.get_one(Person, application.person_id)
    if by == application.person_id or ranking.has_conflict(
        assessor.institution, person.institution
    ):
        raise Refused(CONFLICT)
    others = session.scalars(
        select(Assessment).where(
            Assessment.application_id == application.id, Assessment.assessor_id != by
        )
    ).all()
    if len(others) >= ranking.ASSESSORS:
        raise Refused(N_("Two assessors have given their scores already."))
    own = session.scalar(
        select(Assessment).where(
            Assessment.application_id == application.id, Assessment.assessor_id == by
        )
    )
    points = {str(criterion): given.points[criterion] for criterion in Criterion}
    if own is None:
        own = Assessment(
            application_id=application.id, assessor_id=by, remark=given.remark, at=now, **points
        )
        session.add(own)
    else:
        own.remark, own.at = given.remark, now
        for name, value in points.items():
            setattr(own, name, value)
    application.score = ranking.score([points_of(each) for each in (*others, own)])
    subject = f"application {application.id}"
    record(session, "application assessed", subject, by=by, now=now, score=application.score)


def points_of(assessment: Assessment) -> dict[Criterion, int]:
    return {criterion: getattr(assessment, criterion) for criterion in Criterion}
