"""Tables of the catalogue."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.kit.database import Base
from learning.kit.money import Money


class EditionStatus(StrEnum):
    DRAFT = "draft"  # seen by staff only
    OPEN = "open"  # in the catalogue, taking applications until its date
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class CancellationPolicy(Base):
    """One version of the cancellation policy, as in `courses/cancellation.toml`.

    `tiers` are pairs in JSON, `[[14, 0], [8, 50]]`: from so many days before the first day on,
    so many percent of what was paid are charged. A row never changes, and stays as long as an
    edition refers to it; triggers enforce both.
    """

    __tablename__ = "cancellation_policies"
    __table_args__ = (
        CheckConstraint("late_percent BETWEEN 0 AND 100", name="late_percent"),
        CheckConstraint("transfer_days >= 0", name="transfer_days"),
    )

    version: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    tiers: Mapped[str]
    late_percent: Mapped[int]
    transfer_days: Mapped[int]


class Edition(Base):
    """One dated run of a course. Days are days in the edition's own zone."""

    __tablename__ = "editions"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("apply_until <= starts_on", name="apply_before_start"),
        CheckConstraint("project_due_on BETWEEN starts_on AND ends_on", name="project_due"),
        CheckConstraint("weeks > 0", name="weeks"),
        CheckConstraint("hours_low > 0 AND hours_low <= hours_high", name="hours_a_week"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("fee_minor >= 0", name="fee"),
        CheckConstraint("learning_hours > 0", name="learning_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(unique=True)  # in URLs: "reintegration-2026-2"
    course: Mapped[str] = mapped_column(index=True)  # a folder of courses/
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    zone: Mapped[str]
    apply_until: Mapped[date]
    project_due_on: Mapped[date]
    weeks: Mapped[int]
    hours_low: Mapped[int]  # a week, at least and at most
    hours_high: Mapped[int]
    capacity: Mapped[int]
    fee: Mapped[Money] = composite(mapped_column("fee_minor"), mapped_column("fee_currency"))
    learning_hours: Mapped[int]
    policy_version: Mapped[str] = mapped_column(ForeignKey(CancellationPolicy.version), index=True)
    languages: Mapped[str]  # "fr en es", the order they are offered in
    status: Mapped[EditionStatus] = mapped_column(default=EditionStatus.DRAFT)
    changed_at: Mapped[datetime | None] = mapped_column(default=None)


class EditionText(Base):
    """The text of an edition in one language, besides its dates and its fee."""

    __tablename__ = "edition_texts"

    edition_id: Mapped[int] = mapped_column(
        ForeignKey(Edition.id, ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


class EditionDate(Base):
    """The instant of one deadline of the course (`key`, as in course.toml) in one edition."""

    __tablename__ = "edition_dates"
    __table_args__ = (UniqueConstraint("edition_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id, ondelete="CASCADE"))
    key: Mapped[str]
    at: Mapped[datetime]
