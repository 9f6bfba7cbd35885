"""Tables of the catalogue."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.kit.db import Base
from learning.kit.money import Money


class EditionStatus(StrEnum):
    DRAFT = "draft"  # seen by staff only
    OPEN = "open"  # in the catalogue, taking applications until its date
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Edition(Base):
    """One dated run of a course. Days are days in the edition's own zone."""

    __tablename__ = "editions"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("apply_until <= starts_on", name="apply_before_start"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("fee_minor >= 0", name="fee"),
        CheckConstraint("learning_hours > 0", name="learning_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(unique=True)  # in addresses: "reintegration-2026-2"
    course: Mapped[str] = mapped_column(index=True)  # a folder of courses/
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    zone: Mapped[str]
    apply_until: Mapped[date]
    capacity: Mapped[int]
    fee: Mapped[Money] = composite(mapped_column("fee_minor"), mapped_column("fee_currency"))
    learning_hours: Mapped[int]
    languages: Mapped[str]  # "fr en es", the order they are offered in
    status: Mapped[EditionStatus] = mapped_column(default=EditionStatus.DRAFT)
    changed_at: Mapped[datetime | None] = mapped_column(default=None)
