"""Attempts by the thousand, written plainly: what pages of quizzes must not become slower by."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.catalogue.models import Edition
from learning.content.course import Course
from learning.content.question_snapshots import question_content
from learning.content.snapshots import snapshots
from learning.demo.quizzes import right_answer
from learning.enrolment.models import Enrolment
from learning.quizzes.models import AttemptAnswer, AttemptEnd, AttemptQuestion, QuizAttempt
from learning.quizzes.rules.answers import to_json

QUESTIONS, ATTEMPTS = 12, 3
DAYS = 2  # between two attempts
HALF = 5_000  # hundredths of a percent


def add_attempts(
    session: Session, edition: Edition, course: Course, people: Sequence[int], *, now: datetime
) -> int:
    """Write three ended attempts of each person at each quiz, with questions and answers."""
    drawn = _drawn(session, course)
    enrolments = session.scalars(
        select(Enrolment.id).where(
            Enrolment.person_id.in_(people), Enrolment.edition_id == edition.id
        )
    ).all()
    rows = [
        _attempt(edition, enrolment_id, module, number, now - timedelta(days=30 - number * DAYS))
        for enrolment_id in enrolments
        for module in drawn
        for number in range(1, ATTEMPTS + 1)
    ]
    session.execute(insert(QuizAttempt), rows)
    made = session.execute(
        select(QuizAttempt.id, QuizAttempt.enrolment_id, QuizAttempt.module).where(
            QuizAttempt.enrolment_id.in_(enrolments)
        )
    ).all()
    places = [
        ({"attempt_id": id_, "enrolment_id": owner, "edition_id": edition.id, "position": n}, each)
        for id_, owner, module in made
        for n, each in enumerate(drawn[module], 1)
    ]
    questions = [
        place | {"question_key": key, "question_sha256": sha256, "credit": "1"}
        for place, (key, sha256, _) in places
    ]
    session.execute(insert(AttemptQuestion), questions)
    answers = [
        place | {
            "sequence": place["position"], "idempotency_key": f"crowd-{place['position']}",
            "answer": answer, "language": "fr", "answered_at": now, "received_at": now,
            "late": False,
        }
        for place, (_, _, answer) in places
    ]  # fmt: skip
    session.execute(insert(AttemptAnswer), answers)
    return len(rows)


def _drawn(session: Session, course: Course) -> dict[str, list[tuple[str, str, str]]]:
    """Store the first questions of each bank; return key, hash and right answer, by module."""
    drawn = [(module.key, each) for module in course.modules for each in module.bank[:QUESTIONS]]
    contents = [question_content(course.key, module, each) for module, each in drawn]
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for (module, each), sha256 in zip(drawn, snapshots(session, contents), strict=True):
        rows.setdefault(module, []).append((each.key, sha256, to_json(right_answer(each))))
    return rows


def _attempt(
    edition: Edition, enrolment_id: int, module: str, number: int, at: datetime
) -> dict[str, object]:
    return {
        "enrolment_id": enrolment_id, "edition_id": edition.id, "module": module,
        "number": number, "seed": number, "started_at": at, "usual_minutes": 45, "extra_time": 0,
        "ends_at": at + timedelta(minutes=45), "accepted_until": at + timedelta(minutes=50),
        "max_points": QUESTIONS, "pass_percent": 70, "ended_at": at + timedelta(minutes=30),
        "end": AttemptEnd.SUBMITTED, "points": QUESTIONS * HALF // 100, "percent": HALF,
        "passed": False,
    }  # fmt: skip
