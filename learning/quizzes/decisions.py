"""Decisions of tutors about one person's quiz: one more attempt, answers that arrived too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.content.course import Module
from learning.enrolment.models import Enrolment
from learning.kit.database import bulk_insert
from learning.kit.percentages import hundredths_text
from learning.lessons.actions import EnrolmentKey
from learning.mail.actions import EmailRequest
from learning.quizzes import attempt_marks
from learning.quizzes.models import AttemptAnswer, LateDecision, QuizAttempt, ReleasedAttempt


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decides, why and when; `accepted` is about late answers."""

    reason: str
    by: int
    at: datetime
    accepted: bool = True


def undecided(session: Session, attempt_ids: Sequence[int]) -> Sequence[AttemptAnswer]:
    """Return the late answers of some attempts about which nothing was decided, oldest first."""
    late = AttemptAnswer.attempt_id.in_(attempt_ids), AttemptAnswer.late
    rows = (
        select(AttemptAnswer)
        .outerjoin(LateDecision, LateDecision.answer_id == AttemptAnswer.id)
        .where(*late, LateDecision.id.is_(None))
        .order_by(AttemptAnswer.attempt_id, AttemptAnswer.sequence)
    )
    return session.scalars(rows).all()


def release_attempt(
    session: Session, enrolment: Enrolment, module: Module, decision: Decision
) -> None:
    """Give one person one more attempt at the quiz of a module, and tell them."""
    session.add(
        ReleasedAttempt(
            enrolment_id=enrolment.id,
            edition_id=enrolment.edition_id,
            module=module.key,
            reason=decision.reason,
            released_by_id=decision.by,
            released_at=decision.at,
        )
    )
    key = EnrolmentKey(enrolment_id=enrolment.id, edition_id=enrolment.edition_id)
    attempt_marks.announce_change(session, key, now=decision.at)
    _tell(session, enrolment, "quizzes.attempt-released", module, decision)
    record(
        session,
        "quiz attempt released",
        f"enrolment {enrolment.id}",
        by=decision.by,
        now=decision.at,
        module=module.key,
        reason=decision.reason,
    )


def decide_late(
    session: Session,
    enrolment: Enrolment,
    module: Module,
    row: QuizAttempt,
    decision: Decision,
) -> int:
    """Accept or refuse the late answers of an ended attempt; return how many there were.

    The enrolment and the attempt are locked. Accepted answers count, and the attempt is marked
    again: the trail keeps its mark before and after.
    """
    answers = undecided(session, [row.id])
    if not answers or row.ended_at is None:
        return 0
    bulk_insert(
        session,
        [
            LateDecision(
                answer_id=each.id,
                enrolment_id=row.enrolment_id,
                edition_id=row.edition_id,
                accepted=decision.accepted,
                reason=decision.reason,
                decided_by_id=decision.by,
                decided_at=decision.at,
            )
            for each in answers
        ],
    )
    before = row.percent
    if decision.accepted:
        attempt_marks.mark_attempt(session, row)
        attempt_marks.announce_mark(session, row, now=decision.at)
    kind = "accepted" if decision.accepted else "refused"
    _tell(session, enrolment, f"quizzes.late-{kind}", module, decision)
    record(
        session,
        "late answers accepted" if decision.accepted else "late answers refused",
        f"enrolment {enrolment.id}",
        by=decision.by,
        now=decision.at,
        module=module.key,
        attempt=row.number,
        answers=len(answers),
        before=hundredths_text(before),
        after=hundredths_text(row.percent),
        reason=decision.reason,
    )
    return len(answers)


def _tell(
    session: Session, enrolment: Enrolment, kind: str, module: Module, decision: Decision
) -> None:
    person = session.get_one(Person, enrolment.person_id)
    edition = session.get_one(Edition, enrolment.edition_id)
    params = {
        "titles": dict(module.title),
        "module": module.key,
        "edition": edition.code,
        "reason": decision.reason,
    }
    send_email_to(session, person, EmailRequest(kind=kind, params=params), now=decision.at)
