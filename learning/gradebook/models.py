"""Tables of the gradebook. An `item` is the key of a result ("quiz:m4") or of a requirement.

Marks are whole hundredths of a percent: 7110 is 71.10 %.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.content.activity_types import RequirementKey
from learning.gradebook.rules.completion import RequirementState
from learning.kit.database import Base, open_enum
from learning.lessons.models import enrolment_key

MAX_MARK = 10_000


class ContactChannel(StrEnum):
    """How staff were in contact with a participant."""

    EMAIL = "email"
    PHONE = "phone"
    MESSAGE = "message"
    MEETING = "meeting"


class Exemption(Base):
    """One person need not do one item; it counts as met and leaves the sum of the marks.

    An exemption that was lifted stays, with who lifted it and when.
    """

    __tablename__ = "exemptions"
    __table_args__ = (
        Index(  # one in force for each item
            "uq_exemptions_in_force",
            "enrolment_id",
            "item",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
        CheckConstraint("(lifted_by_id IS NULL) = (lifted_at IS NULL)", name="lifted"),
        enrolment_key(),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(index=True)
    edition_id: Mapped[int]
    item: Mapped[str]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    decided_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)


class MarkOverride(Base):
    """A mark that staff decided for an item; the latest row counts, None lifts the one before.

    Rows are added, never changed. `raw` is the mark that it stands for, None if there was none.
    """

    __tablename__ = "mark_overrides"
    __table_args__ = (
        enrolment_key(),
        Index("ix_mark_overrides_enrolment_id_item_id", "enrolment_id", "item", "id"),
        CheckConstraint(f"mark BETWEEN 0 AND {MAX_MARK}", name="mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int]
    edition_id: Mapped[int]
    item: Mapped[str]
    mark: Mapped[int | None]
    raw: Mapped[int | None]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    decided_at: Mapped[datetime]


class ItemResult(Base):
    """What came of one item for one enrolment, as the engine found it last.

    `raw` is the published mark, `mark` the one that counts; they differ under an override.
    """

    __tablename__ = "item_results"
    __table_args__ = (enrolment_key(),)

    enrolment_id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    requirement: Mapped[RequirementKey] = mapped_column(open_enum(RequirementKey))
    state: Mapped[RequirementState] = mapped_column(open_enum(RequirementState))
    mark: Mapped[int | None]
    raw: Mapped[int | None]
    changed_at: Mapped[datetime]


class RequirementStatus(Base):
    """The state of one requirement for one enrolment, as the engine found it last."""

    __tablename__ = "requirement_states"
    __table_args__ = (enrolment_key(),)

    enrolment_id: Mapped[int] = mapped_column(primary_key=True)
    requirement: Mapped[RequirementKey] = mapped_column(open_enum(RequirementKey), primary_key=True)
    edition_id: Mapped[int]
    state: Mapped[RequirementState] = mapped_column(open_enum(RequirementState))
    done: Mapped[int]
    needed: Mapped[int]
    changed_at: Mapped[datetime]


class CompletionStatus(Base):
    """How far one enrolment is: fulfilled requirements, the mark of the course, since when."""

    __tablename__ = "completion_states"
    __table_args__ = (enrolment_key(),)

    enrolment_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    fulfilled: Mapped[int]
    required: Mapped[int]
    mark: Mapped[int | None]
    complete_since: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class ContactEntry(Base):
    """A contact of staff with a participant who was quiet or behind."""

    __tablename__ = "contact_entries"
    __table_args__ = (enrolment_key(),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(index=True)
    edition_id: Mapped[int]
    channel: Mapped[ContactChannel] = mapped_column(open_enum(ContactChannel))
    note: Mapped[str]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    noted_at: Mapped[datetime]


class ClosingSheet(Base):
    """The sheet from which an edition is closed; two people sign the same `digest` of its rows."""

    __tablename__ = "closing_sheets"
    __table_args__ = (
        CheckConstraint("lead_id <> registrar_id", name="two_people"),
        CheckConstraint(
            "closed_at IS NULL OR (lead_id IS NOT NULL AND registrar_id IS NOT NULL)",
            name="signed",
        ),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), primary_key=True)
    digest: Mapped[str] = mapped_column(default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), default=None, index=True)
    lead_signed_at: Mapped[datetime | None] = mapped_column(default=None)
    registrar_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    registrar_signed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
