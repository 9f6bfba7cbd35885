"""Tables of quotes for sponsors, and of what a sponsor says about its purchase order."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.accounts.models import Person
from learning.admissions.models import Sponsorship
from learning.catalogue.models import Edition
from learning.files.models import StoredFile
from learning.kit.database import Base, new_uid
from learning.kit.money import Money

IS_OPEN = "accepted_at IS NULL AND withdrawn_at IS NULL"


class Quote(Base):
    """A quote (pro-forma invoice) as it was issued to a sponsor: what it says never changes.

    `seller`, `buyer` and `lines` are JSON as `fees.rules.invoice_content` reads them; a line
    without a participant is a place for somebody who is not named yet. A new quote withdraws the
    one before. It is valid until the end of `valid_until`, in the edition's zone.
    """

    __tablename__ = "quotes"
    __table_args__ = (
        CheckConstraint("total_minor > 0", name="total"),
        CheckConstraint("valid_until >= issued_on", name="valid_until"),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="outcome"),
        Index(
            "ix_quotes_open",
            "sponsorship_id",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    number: Mapped[str] = mapped_column(unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey(Sponsorship.id), index=True)
    total: Mapped[Money] = composite(mapped_column("total_minor"), mapped_column("total_currency"))
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    language: Mapped[str]
    seller: Mapped[str]
    buyer: Mapped[str]
    lines: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)


class SponsorBilling(Base):
    """How a sponsor is invoiced for its nominees: its purchase order, one invoice or several.

    `po_promised_until` is the day until which the sponsor says that the order comes; its places
    are held until then. With `is_joint` the sponsor's parts wait for one invoice for all.
    """

    __tablename__ = "sponsor_billings"
    __table_args__ = (CheckConstraint("(po_number = '') = (po_received_at IS NULL)", name="po"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey(Sponsorship.id), unique=True)
    is_joint: Mapped[bool] = mapped_column(default=False)
    po_number: Mapped[str] = mapped_column(default="")
    po_document_id: Mapped[int | None] = mapped_column(
        ForeignKey(StoredFile.id), default=None, index=True
    )
    po_received_at: Mapped[datetime | None] = mapped_column(default=None)
    po_promised_until: Mapped[date | None] = mapped_column(default=None)
    po_promised_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)
