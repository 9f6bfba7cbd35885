"""Tables of payments and of what they pay."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.statement_models import BankEntry
from learning.kit.database import Base, new_uid, open_enum
from learning.kit.money import Money


class PaymentMethod(StrEnum):
    BANK_TRANSFER = "bank_transfer"  # an entry of a statement
    MANUAL = "manual"  # recorded by finance, with its proof
    CARD = "card"  # a checkout of the provider; `note` is the provider's id of the payment


class Payment(Base):
    """Money that was received for a fee account, from one payer.

    `fee_agreement_id` is the agreement that was in force when it was received: its person, or its
    sponsor, has paid, and a refund goes to them, also if another person has the place by then.
    `source_key` makes it unique: the entry and its part, or the key of the form. `refunded_minor`
    is what refunds have reserved or paid, never more than the amount. `reversed_at` is set when
    the bank takes it back. `payer_iban` is shown masked. `confirmed_by_id` is the second person who
    confirmed what another one recorded by hand.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="refunded"),
        UniqueConstraint("method", "source_key"),
        CheckConstraint("confirmed_by_id <> recorded_by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    fee_account_id: Mapped[int] = mapped_column(ForeignKey(FeeAccount.id), index=True)
    fee_agreement_id: Mapped[int] = mapped_column(ForeignKey(FeeAgreement.id), index=True)
    payer: Mapped[Payer]
    party_id: Mapped[int] = mapped_column(ForeignKey(BillingParty.id), index=True)
    method: Mapped[PaymentMethod] = mapped_column(open_enum(PaymentMethod))
    source_key: Mapped[str]
    amount: Mapped[Money] = composite(
        mapped_column("amount_minor"), mapped_column("amount_currency")
    )
    received_on: Mapped[date] = mapped_column(index=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    payer_name: Mapped[str]
    payer_iban: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    bank_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey(BankEntry.id), default=None, index=True
    )
    refunded_minor: Mapped[int] = mapped_column(default=0)
    reversed_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)
    reversal_reason: Mapped[str] = mapped_column(default="", server_default="")
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether one person alone says that the money came: no entry, no second person."""
        is_by_hand = self.method is PaymentMethod.MANUAL and self.recorded_by_id is not None
        is_proved = self.bank_entry_id is not None or self.confirmed_by_id is not None
        return is_by_hand and not is_proved and self.reversed_at is None


class PaymentAllocation(Base):
    """The part of a payment that pays an invoice; what is left of a payment is a credit."""

    __tablename__ = "payment_allocations"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        UniqueConstraint("payment_id", "invoice_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey(Payment.id))
    invoice_id: Mapped[int] = mapped_column(ForeignKey(Invoice.id), index=True)
    amount: Mapped[Money] = composite(
        mapped_column("amount_minor"), mapped_column("amount_currency")
    )
