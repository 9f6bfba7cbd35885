"""Tables of one person's dates: extensions and accommodations."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learning.accounts.models import Person
from learning.deadlines.rules import MAX_ATTEMPTS, MAX_DAYS, MAX_EXTRA_TIME
from learning.enrolment.models import Enrolment
from learning.kit.database import Base


class Extension(Base):
    """An extension for one person until an instant, for one deadline (`key`, as in course.toml)."""

    __tablename__ = "extensions"
    __table_args__ = (UniqueConstraint("enrolment_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id, ondelete="CASCADE"))
    key: Mapped[str]
    until: Mapped[datetime]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    decided_at: Mapped[datetime]


class AccommodationProfile(Base):
    """The accommodation of one person in an edition; see `rules.Accommodation`.

    It is seen by that person, the registrar, the lead and the tutors of the edition, and by nobody
    else: the audit trail keeps that it changed, and not into what. `note` says what was agreed, no
    diagnosis.
    """

    __tablename__ = "accommodations"
    __table_args__ = (
        CheckConstraint(f"extra_time BETWEEN 0 AND {MAX_EXTRA_TIME}", name="extra_time"),
        CheckConstraint(f"extra_attempts BETWEEN 0 AND {MAX_ATTEMPTS}", name="extra_attempts"),
        CheckConstraint(f"shift_days BETWEEN 0 AND {MAX_DAYS}", name="shift_days"),
    )

    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey(Enrolment.id, ondelete="CASCADE"), primary_key=True
    )
    extra_time: Mapped[int]  # percent of a time limit
    extra_attempts: Mapped[int]
    shift_days: Mapped[int]
    no_timer: Mapped[bool]
    note: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    decided_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = relationship(lazy="raise", init=False)
