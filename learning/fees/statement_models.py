"""Tables of bank statements and their entries."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.accounts.models import Person
from learning.kit.database import Base, new_uid
from learning.kit.money import Money


class StatementState(StrEnum):
    """Whether the entries of a statement are in the ledger."""

    READ = "read"  # parsed and shown, nothing is booked
    BOOKING = "booking"  # a job books its entries
    BOOKED = "booked"
    PUT_ASIDE = "put_aside"  # by a person, before booking


class BankStatement(Base):
    """A statement of the centre's account, from a CAMT.053 file; `sha256` is that of the file.

    `skipped_count` entries of the file were pending or for information, and were not stored.
    """

    __tablename__ = "bank_statements"
    __table_args__ = (
        CheckConstraint("opening_currency = closing_currency", name="currency"),
        UniqueConstraint("iban", "statement_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    iban: Mapped[str]
    statement_id: Mapped[str]
    sequence_number: Mapped[int | None]
    from_on: Mapped[date]
    until_on: Mapped[date]
    opening: Mapped[Money] = composite(
        mapped_column("opening_minor"), mapped_column("opening_currency")
    )
    closing: Mapped[Money] = composite(
        mapped_column("closing_minor"), mapped_column("closing_currency")
    )
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    read_at: Mapped[datetime]
    read_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    state: Mapped[StatementState] = mapped_column(default=StatementState.READ)
    booked_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)
    message_version: Mapped[str] = mapped_column(default="")
    skipped_count: Mapped[int] = mapped_column(default=0)


class EntryState(StrEnum):
    """What became of an entry; a new one is not booked."""

    NEW = "new"
    UNMATCHED = "unmatched"  # booked, and a person has to find what it is for
    MATCHED = "matched"
    IGNORED = "ignored"  # not about fees, with a reason
    DUPLICATE = "duplicate"  # was in an earlier statement


class BankEntry(Base):
    """One transaction of a statement: `amount` is positive for a credit, negative for a debit.

    `duplicate_key` recognises it in another file. `reference` is the structured one, `text` all
    unstructured lines. `return_reason` is set when the bank returns one of our transfers,
    `is_charge` for what the bank takes for itself.
    """

    __tablename__ = "bank_entries"
    __table_args__ = (
        UniqueConstraint("statement_id", "position"),
        CheckConstraint("amount_minor <> 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    statement_id: Mapped[int] = mapped_column(ForeignKey(BankStatement.id))
    position: Mapped[int]
    booked_on: Mapped[date]
    value_on: Mapped[date | None]
    amount: Mapped[Money] = composite(
        mapped_column("amount_minor"), mapped_column("amount_currency")
    )
    is_reversal: Mapped[bool]
    counterparty: Mapped[str]
    counterparty_iban: Mapped[str]
    end_to_end_id: Mapped[str] = mapped_column(index=True)
    reference: Mapped[str]
    text: Mapped[str]
    return_reason: Mapped[str]
    charges_minor: Mapped[int]
    duplicate_key: Mapped[str] = mapped_column(index=True)
    state: Mapped[EntryState] = mapped_column(default=EntryState.NEW, index=True)
    reason: Mapped[str] = mapped_column(default="")  # why it was ignored
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)
    is_charge: Mapped[bool] = mapped_column(default=False)
