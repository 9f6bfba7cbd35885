"""Tables of the ledger: transactions of at least two entries that sum to zero.

A transaction is inserted open, gets its entries, and is sealed in the same database transaction.
Triggers refuse everything else: sealing an unbalanced one, an entry more, any change, any deletion.
Reports read sealed transactions only. A mistake is corrected by a transaction that reverses it.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.kit.database import Base, open_enum
from learning.kit.money import Money


class LedgerAccount(StrEnum):
    """The accounts of the ledger."""

    BANK = "bank"
    RECEIVABLES = "receivables"
    UNMATCHED_RECEIPTS = "unmatched_receipts"  # on the bank account, not matched to an invoice yet
    CARD_CLEARING = "card_clearing"  # at the provider of card payments, not paid out yet
    REFUNDS_PAYABLE = "refunds_payable"
    COURSE_FEES = "course_fees"
    CANCELLATION_CHARGES = "cancellation_charges"
    BANK_CHARGES = "bank_charges"
    BANK_CHARGES_RECOVERED = "bank_charges_recovered"
    OPENING_BALANCE = "opening_balance"  # of the bank account, before the first statement


class LedgerTransaction(Base):
    """A transaction; `key` makes it unique, `kind` says why it was booked, `subject` for what.

    `occurred_on` is the day that counts for the books, in the centre's zone.
    """

    __tablename__ = "ledger_transactions"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    occurred_on: Mapped[date] = mapped_column(index=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey(Edition.id), index=True)
    reverses_id: Mapped[int | None] = mapped_column(
        ForeignKey("ledger_transactions.id"), unique=True, default=None
    )
    sealed: Mapped[bool] = mapped_column(default=False)


class LedgerEntry(Base):
    """One entry: a debit is positive, a credit negative. `reference` tells balances apart.

    Of receivables and refunds payable it is the fee account (`account 12`), of the bank the IBAN.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    transaction_id: Mapped[int] = mapped_column(ForeignKey(LedgerTransaction.id), index=True)
    account: Mapped[LedgerAccount] = mapped_column(open_enum(LedgerAccount), index=True)
    amount: Mapped[Money] = composite(
        mapped_column("amount_minor"), mapped_column("amount_currency")
    )
    reference: Mapped[str] = mapped_column(default="", index=True)
