"""Which scores of an application a reader sees; before both assessors have saved, only their own.

Every page and export takes scores from here, so that nobody assesses with another's scores in mind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, not_, null, select
from sqlalchemy.orm import Session, joinedload

from learning.accounts.models import Person
from learning.admissions.models import Application, Assessment
from learning.admissions.rules import ranking
from learning.admissions.rules.states import ASSESSABLE


@dataclass(frozen=True, kw_only=True)
class ApplicationScores:
    """The scores of an application as one reader sees them, their own first.

    `count` is how many assessors have saved theirs; `total` is the score of the application.
    """

    count: int
    shown: Sequence[Assessment]
    total: int | None

    @property
    def are_hidden(self) -> bool:
        return self.count > len(self.shown)


def assessments_count() -> ColumnElement[int]:
    """Return how many assessors have saved their scores of an application."""
    return (
        select(func.count())
        .where(Assessment.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )


def is_assessed_by(person_id: int) -> ColumnElement[bool]:
    own = Assessment.application_id == Application.id, Assessment.assessor_id == person_id
    return select(Assessment.id).where(*own).correlate(Application).exists()


def shown_score(reader: int) -> ColumnElement[int | None]:
    """Return the score of an application, NULL while this reader does not see it."""
    return case((_are_hidden(reader), null()), else_=Application.score)


def shown_totals(session: Session, ids: Sequence[int], reader: int) -> dict[int, int | None]:
    """Return the scores of applications that this reader sees, by application."""
    rows = select(Application.id, shown_score(reader)).where(Application.id.in_(ids))
    return dict(session.execute(rows).all())


def application_scores(
    session: Session, application: Application, reader: int
) -> ApplicationScores:
    """Return the scores of one application that this reader sees."""
    rows = session.execute(
        select(Assessment, _are_hidden(reader))
        .join(Application, Application.id == Assessment.application_id)
        .where(Assessment.application_id == application.id)
        .options(joinedload(Assessment.assessor).load_only(Person.name))
        .order_by(Assessment.assessor_id != reader, Assessment.id)
    ).all()
    hidden = any(is_hidden for _, is_hidden in rows)
    return ApplicationScores(
        count=len(rows),
        shown=[] if hidden else [each for each, _ in rows],
        total=None if hidden else application.score,
    )


def _are_hidden(reader: int) -> ColumnElement[bool]:
    """Whether a reader must not see scores: one assessor has saved, and it is not this reader."""
    return and_(
        Application.state.in_(ASSESSABLE),
        assessments_count().between(1, ranking.ASSESSORS - 1),
        not_(is_assessed_by(reader)),
    )
