"""Tables of quizzes: attempts, the questions that were drawn, and every answer that arrived.

An answer is never changed: a new one is a new row. Which one counts: `rules.latest`.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.content.models import ContentSnapshot
from learning.kit.database import Base
from learning.lessons.models import enrolment_key


class AttemptEnd(StrEnum):
    """How an attempt ended."""

    SUBMITTED = "submitted"
    TIME_UP = "time-up"


class QuizAttempt(Base):
    """An attempt at the quiz of a module; `number` counts those of a person from 1.

    `seed` gives the questions and the order of their options. `usual_minutes` is the time limit for
    everybody, None if this person has none; `extra_time` is the accommodation in percent. At
    `ends_at` the time is up; what arrives until `accepted_until` still counts. Once it has ended,
    `points` are hundredths of a point and `percent` hundredths of a percent: the number that
    decides.
    """

    __tablename__ = "quiz_attempts"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "module", "number"),
        Index(  # of the attempts at one quiz only one is open
            "uq_quiz_attempts_open",
            "enrolment_id",
            "module",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_quiz_attempts_edition_id_module", "edition_id", "module"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(ended_at IS NULL) = (percent IS NULL)", name="percent"),
        enrolment_key(),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int]
    edition_id: Mapped[int]
    module: Mapped[str]
    number: Mapped[int]
    seed: Mapped[int]
    started_at: Mapped[datetime]
    usual_minutes: Mapped[int | None]
    extra_time: Mapped[int]
    ends_at: Mapped[datetime]
    accepted_until: Mapped[datetime]
    max_points: Mapped[int]
    pass_percent: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    end: Mapped[AttemptEnd | None] = mapped_column(default=None)
    points: Mapped[int | None] = mapped_column(default=None)
    percent: Mapped[int | None] = mapped_column(default=None)
    passed: Mapped[bool | None] = mapped_column(default=None)

    @property
    def is_submitted_in_time(self) -> bool:
        """Whether the person ended it: then a late answer came after that, not after the time."""
        ended_at, submitted = self.ended_at, self.end is AttemptEnd.SUBMITTED
        return submitted and ended_at is not None and ended_at <= self.accepted_until


class AttemptQuestion(Base):
    """A question of an attempt, as it was drawn: `position` from 1, the content by its hash.

    The seed of the attempt gives the order of its options. `credit` is the share of its point as a
    fraction ("2/3"), once the attempt has ended.
    """

    __tablename__ = "quiz_attempt_questions"
    __table_args__ = (UniqueConstraint("attempt_id", "position"), enrolment_key())

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    attempt_id: Mapped[int] = mapped_column(ForeignKey(QuizAttempt.id, ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(index=True)
    edition_id: Mapped[int]
    position: Mapped[int]
    question_key: Mapped[str]
    question_sha256: Mapped[str] = mapped_column(ForeignKey(ContentSnapshot.sha256), index=True)
    flagged_at: Mapped[datetime | None] = mapped_column(default=None)
    credit: Mapped[str | None] = mapped_column(default=None)


class AttemptAnswer(Base):
    """An answer as it arrived; `sequence` counts those of an attempt from 1.

    `answered_at` is when the person gave it, as their device says how long it waited; `late` if it
    arrived after the time was up, or after the attempt was submitted: then it does not count.
    """

    __tablename__ = "quiz_answers"
    __table_args__ = (
        UniqueConstraint("attempt_id", "sequence"),
        UniqueConstraint("attempt_id", "position", "idempotency_key"),
        enrolment_key(),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    attempt_id: Mapped[int] = mapped_column(ForeignKey(QuizAttempt.id, ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(index=True)
    edition_id: Mapped[int]
    position: Mapped[int]
    sequence: Mapped[int]
    idempotency_key: Mapped[str]
    answer: Mapped[str]
    language: Mapped[str]
    answered_at: Mapped[datetime]
    received_at: Mapped[datetime]
    late: Mapped[bool]


class ReleasedAttempt(Base):
    """An attempt that a tutor released for one person, beyond those that everybody has."""

    __tablename__ = "quiz_released_attempts"
    __table_args__ = (enrolment_key(),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(index=True)
    edition_id: Mapped[int]
    module: Mapped[str]
    reason: Mapped[str]
    released_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    released_at: Mapped[datetime]


class LateDecision(Base):
    """What a tutor decided about an answer that arrived too late: once, for each answer."""

    __tablename__ = "quiz_late_decisions"
    __table_args__ = (UniqueConstraint("answer_id"), enrolment_key())

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    answer_id: Mapped[int] = mapped_column(ForeignKey(AttemptAnswer.id, ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(index=True)
    edition_id: Mapped[int]
    accepted: Mapped[bool]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    decided_at: Mapped[datetime]
