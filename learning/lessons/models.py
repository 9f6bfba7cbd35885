"""Tables of studying. A lesson is named by its key in the course ("m4-l2"), a block by its own.

What is written with every step of a learner carries the edition, too (docs/decisions/0050).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.content.models import ContentSnapshot
from learning.enrolment.models import Enrolment
from learning.kit.database import Base


def enrolment_key() -> ForeignKeyConstraint:
    """Return the foreign key of a row that carries its enrolment's edition: they always agree."""
    return ForeignKeyConstraint(
        ["enrolment_id", "edition_id"],
        [Enrolment.id, Enrolment.edition_id],
        ondelete="CASCADE",
    )


class LearnerState(Base):
    """A person's state in the course. `version` counts every change that a page could show.

    `last_seen_at` is None as long as only others did something: staff who gave them more time.
    """

    __tablename__ = "learner_states"
    __table_args__ = (enrolment_key(),)

    enrolment_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int]
    last_seen_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    lesson: Mapped[str | None] = mapped_column(default=None)
    block: Mapped[str | None] = mapped_column(default=None)


class LessonProgress(Base):
    """A person's progress in one lesson."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson"), enrolment_key())

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int]
    edition_id: Mapped[int]
    lesson: Mapped[str]
    opened_at: Mapped[datetime]
    block: Mapped[str | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    bookmarked_at: Mapped[datetime | None] = mapped_column(default=None)


class DocumentProgress(Base):
    """A document beside the lessons that a person has marked as done."""

    __tablename__ = "document_progress"
    __table_args__ = (enrolment_key(),)

    enrolment_id: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(primary_key=True)
    edition_id: Mapped[int]
    done_at: Mapped[datetime]


class CheckAnswer(Base):
    """A person's last answer to a knowledge check. It is never a mark.

    `check_sha256` leads to the check as it was answered (`content.snapshots`).
    """

    __tablename__ = "check_answers"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson", "check_key"),
        enrolment_key(),
        CheckConstraint("attempts > 0", name="attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int]
    edition_id: Mapped[int]
    lesson: Mapped[str]
    check_key: Mapped[str]
    chosen: Mapped[str]  # the numbers of the answers, as in "0 2"
    right: Mapped[bool]
    answered_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)
    check_sha256: Mapped[str | None] = mapped_column(
        ForeignKey(ContentSnapshot.sha256), default=None
    )


class Note(Base):
    """A person's own note on a block; nobody else reads it."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson", "block"), enrolment_key())

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int]
    edition_id: Mapped[int]
    lesson: Mapped[str]
    block: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class ModuleOverride(Base):
    """An override of a module's opening day for one person, by staff, with a reason."""

    __tablename__ = "module_overrides"
    __table_args__ = (UniqueConstraint("enrolment_id", "module"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id, ondelete="CASCADE"))
    module: Mapped[str]
    opens_on: Mapped[date]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    decided_at: Mapped[datetime]
