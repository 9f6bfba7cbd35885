"""Assessments: two assessors score each application, never one of their own institution."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.models import Application, Assessment
from learning.admissions.problems import AssessmentProblem
from learning.admissions.rules import ranking
from learning.admissions.rules.ranking import Criterion
from learning.admissions.rules.states import ASSESSABLE
from learning.audit.actions import record
from learning.kit.errors import RuleViolation


@dataclass(frozen=True, kw_only=True)
class AssessmentScores:
    """The scores of one assessor, 0 to 4 by criterion, and a remark for the others."""

    scores: dict[Criterion, int]
    remark: str


def save_assessment(
    session: Session, application: Application, scores: AssessmentScores, *, by: int, now: datetime
) -> None:
    """Store or change an assessor's scores; raise RuleViolation for a conflict of interest."""
    # locked, so that no more than two assess at once
    locked = select(Application.state).where(Application.id == application.id).with_for_update()
    if session.scalar(locked) not in ASSESSABLE:
        raise RuleViolation(AssessmentProblem.DECIDED)
    assessor, person = session.get_one(Person, by), session.get_one(Person, application.person_id)
    if by == application.person_id or ranking.has_conflict(
        assessor.institution, person.institution
    ):
        raise RuleViolation(AssessmentProblem.CONFLICT)
    other_assessments = session.scalars(
        select(Assessment).where(
            Assessment.application_id == application.id, Assessment.assessor_id != by
        )
    ).all()
    if len(other_assessments) >= ranking.ASSESSORS:
        raise RuleViolation(AssessmentProblem.TWO_ALREADY)
    own = session.scalar(
        select(Assessment).where(
            Assessment.application_id == application.id, Assessment.assessor_id == by
        )
    )
    points = {str(criterion): scores.scores[criterion] for criterion in Criterion}
    before = None if own is None else own.scores
    if own is None:
        own = Assessment(
            application_id=application.id, assessor_id=by, remark=scores.remark, at=now, **points
        )
        session.add(own)
    else:
        own.remark, own.at = scores.remark, now
        for name, value in points.items():
            setattr(own, name, value)
    application.score = ranking.score([each.scores for each in (*other_assessments, own)])
    subject = f"application {application.id}"
    detail = {}
    if other_assessments:  # before, the trail would tell the points to who is still to assess
        detail = {"before": _in_figures(before), "after": _in_figures(own.scores)}
    record(session, "application assessed", subject, by=by, now=now, **detail)


def _in_figures(scores: Mapping[Criterion, int] | None) -> str:
    """Return points in the order of the criteria, as the audit trail shows them."""
    return " ".join(str(scores[criterion]) for criterion in Criterion) if scores else "–"
