"""The mark of an attempt: computed from the answers that count, and told to who counts results."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.extension_points.results import ResultChanged
from learning.kit.events import publish_event
from learning.kit.percentages import in_hundredths
from learning.lessons.actions import EnrolmentKey, record_change
from learning.quizzes import queries
from learning.quizzes.models import QuizAttempt
from learning.quizzes.rules import marking


def mark_attempt(session: Session, row: QuizAttempt) -> None:
    """Mark an attempt, which is locked, with the answers that count."""
    attempt = queries.load_attempt(session, row)
    shares = [each.mark.fraction for each in attempt.questions]
    for each, credit in zip(attempt.questions, shares, strict=True):
        each.row.credit = str(credit)
    percent = marking.percent(shares, row.pass_percent)
    row.points = in_hundredths(marking.points(shares))
    row.percent = in_hundredths(percent)
    row.passed = percent >= row.pass_percent


def announce_mark(session: Session, row: QuizAttempt, *, now: datetime, seen: bool = False) -> None:
    """Tell who counts results that a mark is there or has changed; `seen`: the person is here."""
    key = EnrolmentKey(enrolment_id=row.enrolment_id, edition_id=row.edition_id)
    announce_change(session, key, now=now, seen=seen)


def announce_change(
    session: Session, key: EnrolmentKey, *, now: datetime, seen: bool = False
) -> None:
    """Tell pages and who counts results that something of one person's quizzes has changed."""
    session.flush()  # who counts results reads them
    record_change(session, key, now=now, last_seen=seen)
    publish_event(session, ResultChanged(**key.columns, at=now))
