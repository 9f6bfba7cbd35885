"""Reads of quizzes; each starts from one enrolment, so that nobody reads another's attempt."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from learning.content.activity_types import Question
from learning.content.models import ContentSnapshot
from learning.content.question_snapshots import question_of
from learning.quizzes.models import (
    AttemptAnswer,
    AttemptQuestion,
    LateDecision,
    QuizAttempt,
    ReleasedAttempt,
)
from learning.quizzes.rules import answers, marking
from learning.quizzes.rules.answers import Answer
from learning.quizzes.rules.marking import Mark

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # when nothing has arrived
IS_TOO_LATE = AttemptAnswer.late & LateDecision.accepted.is_not(true())
"""Whether an answer does not count, in a query with the decisions: no tutor accepted it."""
ANSWER_ORDER = AttemptAnswer.answered_at, AttemptAnswer.sequence
"""The order of answers: of those to one question the last one counts, whichever arrived last."""


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """The answer to a question that counts: its number, when it was given and when it arrived."""

    value: Answer
    sequence: int
    answered_at: datetime
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class DrawnQuestion:
    """A question of an attempt with the answer that counts, None if there is none."""

    row: AttemptQuestion
    question: Question
    answer: StoredAnswer | None

    @property
    def position(self) -> int:
        return self.row.position

    @property
    def flagged(self) -> bool:
        return self.row.flagged_at is not None

    @property
    def value(self) -> Answer | None:
        return self.answer.value if self.answer else None

    @property
    def is_begun(self) -> bool:
        """Whether something is answered: what was emptied again is not."""
        value = self.value
        return value is not None and (any(value.numbers) or bool(value.text))

    @property
    def is_complete(self) -> bool:
        return answers.is_complete(self.question, self.value)

    @property
    def mark(self) -> Mark:
        return marking.mark(self.question, self.value)


def unstored_question(position: int, question: Question, answer: Answer | None) -> DrawnQuestion:
    """Return a question of a preview with its answer and credit; nothing of it is stored."""
    row = AttemptQuestion(
        attempt_id=0,
        enrolment_id=0,
        edition_id=0,
        position=position,
        question_key=question.key,
        question_sha256="",
        credit=str(marking.mark(question, answer).fraction),
    )
    stored = None
    if answer is not None:
        stored = StoredAnswer(value=answer, sequence=0, answered_at=EPOCH, received_at=EPOCH)
    return DrawnQuestion(row=row, question=question, answer=stored)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An attempt with its questions, in order, and how many answers have arrived late."""

    row: QuizAttempt
    questions: Sequence[DrawnQuestion]
    late: int

    @property
    def saved_at(self) -> datetime | None:
        """Return when the last of the answers that count arrived."""
        return max((q.answer.received_at for q in self.questions if q.answer), default=None)


def attempts_of(session: Session, enrolment_id: int, module: str) -> Sequence[QuizAttempt]:
    """Return a person's attempts at the quiz of a module, the first one first."""
    own = QuizAttempt.enrolment_id == enrolment_id, QuizAttempt.module == module
    return session.scalars(select(QuizAttempt).where(*own).order_by(QuizAttempt.number)).all()


def attempt_row(
    session: Session, enrolment_id: int, module: str, number: int, *, lock: bool = False
) -> QuizAttempt | None:
    """Return one of a person's attempts by its number; `lock` it until the transaction ends."""
    own = QuizAttempt.enrolment_id == enrolment_id, QuizAttempt.module == module
    found = select(QuizAttempt).where(*own, QuizAttempt.number == number)
    return session.scalar(found.with_for_update() if lock else found)


def load_attempt(session: Session, row: QuizAttempt) -> Attempt:
    """Return the questions and answers of an attempt, in two queries."""
    stored = (
        select(AttemptQuestion, ContentSnapshot.json)
        .join(ContentSnapshot, ContentSnapshot.sha256 == AttemptQuestion.question_sha256)
        .where(AttemptQuestion.attempt_id == row.id)
        .order_by(AttemptQuestion.position)
    )
    counting, late = _answers(session, row.id)
    questions = [
        DrawnQuestion(row=each, question=stored_question(text), answer=counting.get(each.position))
        for each, text in session.execute(stored).all()
    ]
    return Attempt(row=row, questions=questions, late=late)


def answer_in(session: Session, attempt: Attempt, position: int) -> DrawnQuestion | None:
    """Return a question of a loaded attempt with the answer that counts now, in one query."""
    drawn = next((each for each in attempt.questions if each.position == position), None)
    if drawn is None:
        return None
    counting, _ = _answers(session, attempt.row.id)
    return replace(drawn, answer=counting.get(position))


def questions_of(
    session: Session, attempt_ids: Collection[int]
) -> Mapping[tuple[int, int], Question]:
    """Return the questions of some attempts by attempt and position, in one query."""
    rows = (
        select(AttemptQuestion.attempt_id, AttemptQuestion.position, ContentSnapshot.json)
        .join(ContentSnapshot, ContentSnapshot.sha256 == AttemptQuestion.question_sha256)
        .where(AttemptQuestion.attempt_id.in_(attempt_ids))
    )
    return {
        (attempt, position): stored_question(text)
        for attempt, position, text in session.execute(rows)
    }


def seen_questions(session: Session, attempt_ids: Sequence[int]) -> dict[str, bool]:
    """Return the questions of ended attempts by their keys, and whether the last answer was right.

    One query.
    """
    rows = (
        select(AttemptQuestion.question_key, AttemptQuestion.credit)
        .where(AttemptQuestion.attempt_id.in_(attempt_ids))
        .order_by(AttemptQuestion.attempt_id)
    )
    return {key: credit == "1" for key, credit in session.execute(rows)}


def _answers(session: Session, attempt_id: int) -> tuple[Mapping[int, StoredAnswer], int]:
    """Return the answers that count by position, and how many came too late."""
    rows = (
        select(
            AttemptAnswer.position,
            AttemptAnswer.answer,
            AttemptAnswer.sequence,
            AttemptAnswer.answered_at,
            AttemptAnswer.received_at,
            IS_TOO_LATE,
        )
        .outerjoin(LateDecision, LateDecision.answer_id == AttemptAnswer.id)
        .where(AttemptAnswer.attempt_id == attempt_id)
        .order_by(*ANSWER_ORDER)
    )
    counting: dict[int, StoredAnswer] = {}
    late = 0
    for position, text, sequence, answered_at, received_at, is_late in session.execute(rows):
        if is_late:
            late += 1
        else:
            counting[position] = StoredAnswer(
                value=answers.from_json(text),
                sequence=sequence,
                answered_at=answered_at,
                received_at=received_at,
            )
    return counting, late


def released_attempts(session: Session, enrolment_id: int, module: str) -> int:
    """Return how many attempts at the quiz of a module were released for a person."""
    own = ReleasedAttempt.enrolment_id == enrolment_id, ReleasedAttempt.module == module
    return session.scalar(select(func.count()).where(*own)) or 0


def answer_at(session: Session, attempt_id: int, position: int, sequence: int) -> Answer | None:
    """Return the answer to a question that a page was made with, by its number."""
    text = session.scalar(
        select(AttemptAnswer.answer).where(
            AttemptAnswer.attempt_id == attempt_id,
            AttemptAnswer.position == position,
            AttemptAnswer.sequence == sequence,
        )
    )
    return answers.from_json(text) if text is not None else None


@lru_cache(maxsize=2048)
def stored_question(text: str) -> Question:
    """Return the question of a snapshot; most people draw from the same bank."""
    return question_of(json.loads(text))
