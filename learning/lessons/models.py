"""Tables of studying. A lesson is named by its key in the course ("m4-l2"), a block by its own."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.enrolment.models import Enrolment
from learning.kit.db import Base


class Study(Base):
    """Where a person is in the course. `version` counts every change that a page could show."""

    __tablename__ = "studies"

    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey(Enrolment.id, ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    lesson: Mapped[str | None] = mapped_column(default=None)
    block: Mapped[str | None] = mapped_column(default=None)


class LessonProgress(Base):
    """What a person has done with one lesson."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id, ondelete="CASCADE"))
    lesson: Mapped[str]
    opened_at: Mapped[datetime]
    block: Mapped[str | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    bookmarked_at: Mapped[datetime | None] = mapped_column(default=None)


class CheckAnswer(Base):
    """A person's last answer to a knowledge check. It is never a mark."""

    __tablename__ = "check_answers"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson", "check_key"),
        CheckConstraint("tries > 0", name="tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id, ondelete="CASCADE"))
    lesson: Mapped[str]
    check_key: Mapped[str]
    chosen: Mapped[str]  # the numbers of the answers, as in "0 2"
    right: Mapped[bool]
    answered_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=1)


class Note(Base):
    """A person's own note beside a block; nobody else reads it."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson", "block"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id, ondelete="CASCADE"))
    lesson: Mapped[str]
    block: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class EarlyOpening(Base):
    """A module that opens on another day for one person, decided by staff for a reason."""

    __tablename__ = "early_openings"
    __table_args__ = (UniqueConstraint("enrolment_id", "module"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id, ondelete="CASCADE"))
    module: Mapped[str]
    opens_on: Mapped[date]
    reason: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    decided_at: Mapped[datetime]
