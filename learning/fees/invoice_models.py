"""Tables of invoices and credit notes, and of their gapless numbers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Sponsorship
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount, Payer
from learning.kit.database import Base, new_uid
from learning.kit.money import Money


class NumberSeries(Base):
    """The next number of a series (`INV-2026`): taken by an UPDATE in the invoice's transaction.

    So a rollback leaves no gap. `last_issued_on` never goes back.
    """

    __tablename__ = "number_series"

    key: Mapped[str] = mapped_column(primary_key=True)
    next_number: Mapped[int]
    last_issued_on: Mapped[date]


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"  # of one invoice, in full
    CANCELLATION_CHARGE = "cancellation_charge"


class JointInvoice(Base):
    """One invoice to a sponsor for several nominees: a row never changes, a trigger refuses it.

    It has one number and one reference. Each of its lines is an `Invoice` of a fee account, with
    the number of the line after a slash, so that each place keeps its own money.
    """

    __tablename__ = "joint_invoices"
    __table_args__ = (CheckConstraint("total_minor > 0", name="total"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    number: Mapped[str] = mapped_column(unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey(Sponsorship.id), index=True)
    total: Mapped[Money] = composite(mapped_column("total_minor"), mapped_column("total_currency"))
    issued_on: Mapped[date]
    due_on: Mapped[date]
    reference: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str]
    seller: Mapped[str]
    buyer: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)


class Invoice(Base):
    """An invoice or a credit note as it was issued: a row never changes, a trigger refuses it.

    `seller`, `buyer` and `lines` are JSON as `fees.rules.invoice_content` reads them. `total` is
    positive for a credit note, too. `reference` is the RF reference of ISO 11649.
    `correction_reason` says why it was issued again, to another buyer. A line of a joint invoice
    has `joint_id`, its `position` from 1, and no reference of its own.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        CheckConstraint("total_minor > 0", name="total"),
        CheckConstraint("(kind = 'credit_note') = (credits_id IS NOT NULL)", name="credits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    kind: Mapped[InvoiceKind]
    number: Mapped[str] = mapped_column(unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    fee_account_id: Mapped[int] = mapped_column(ForeignKey(FeeAccount.id), index=True)
    fee_agreement_id: Mapped[int] = mapped_column(ForeignKey(FeeAgreement.id), index=True)
    payer: Mapped[Payer]
    party_id: Mapped[int] = mapped_column(ForeignKey(BillingParty.id), index=True)
    total: Mapped[Money] = composite(mapped_column("total_minor"), mapped_column("total_currency"))
    issued_on: Mapped[date] = mapped_column(index=True)
    due_on: Mapped[date | None] = mapped_column(index=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    language: Mapped[str]
    seller: Mapped[str]
    buyer: Mapped[str]
    lines: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    credits_id: Mapped[int | None] = mapped_column(
        ForeignKey("invoices.id"), unique=True, default=None
    )
    correction_reason: Mapped[str] = mapped_column(default="", server_default="")
    joint_id: Mapped[int | None] = mapped_column(
        ForeignKey(JointInvoice.id), default=None, index=True
    )
    position: Mapped[int | None] = mapped_column(default=None)


class InvoiceLink(Base):
    """A signed link for the contact of a sponsor, who has no account, to its invoices.

    The link is in the e-mail of an invoice; only the hash of its token is stored.
    """

    __tablename__ = "invoice_links"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey(Sponsorship.id), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
