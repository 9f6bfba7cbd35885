"""Tables of card payments: checkout sessions, events of the provider, refunds to cards, payouts."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.refund_models import Refund
from learning.fees.rules.card_states import CardRefundState, CardSessionState, QuarantineReason
from learning.fees.statement_models import BankEntry
from learning.kit.database import Base, new_uid
from learning.kit.money import Money

__all__ = [
    "CardPayout",
    "CardRefund",
    "CardRefundState",
    "CardSession",
    "CardSessionState",
    "EventOutcome",
    "QuarantineReason",
    "StoredEvent",
]

OPEN = text("state IN ('created', 'open')")


class EventOutcome(StrEnum):
    """What became of an event of the provider."""

    APPLIED = "applied"
    IGNORED = "ignored"  # of a type that changes nothing here
    QUARANTINED = "quarantined"


class CardSession(Base):
    """A checkout of the provider for what was open of one invoice; `amount` never changes.

    `uid` is the provider's reference to it. Its page at the provider is `url`, until `expires_at`.
    `request_key` is the key of the form that began it. `checked_at` is when the provider was asked
    last.
    """

    __tablename__ = "card_sessions"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(state = 'paid') = (payment_id IS NOT NULL)", name="paid"),
        Index(
            "uq_card_sessions_open",
            "invoice_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        UniqueConstraint("provider", "provider_session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    fee_account_id: Mapped[int] = mapped_column(ForeignKey(FeeAccount.id), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey(Invoice.id), index=True)
    payer: Mapped[Payer]
    amount: Mapped[Money] = composite(
        mapped_column("amount_minor"), mapped_column("amount_currency")
    )
    provider: Mapped[str]
    livemode: Mapped[bool]
    language: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    request_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[CardSessionState] = mapped_column(default=CardSessionState.CREATED, index=True)
    provider_session_id: Mapped[str | None] = mapped_column(default=None)
    provider_payment_id: Mapped[str] = mapped_column(default="", index=True)
    url: Mapped[str] = mapped_column(default="")
    payment_id: Mapped[int | None] = mapped_column(
        ForeignKey(Payment.id), default=None, unique=True
    )
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)


class StoredEvent(Base):
    """An event of the provider, once: what it was about, and what became of it.

    `facts` is JSON of what was compared: ids, states and amounts, nothing of a person.
    """

    __tablename__ = "provider_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        CheckConstraint("(outcome = 'quarantined') = (reason <> '')", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    provider: Mapped[str]
    event_id: Mapped[str]
    type: Mapped[str]
    created_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(index=True)
    facts: Mapped[str]
    outcome: Mapped[EventOutcome] = mapped_column(default=EventOutcome.IGNORED, index=True)
    reason: Mapped[str] = mapped_column(default="")
    card_session_id: Mapped[int | None] = mapped_column(
        ForeignKey(CardSession.id), default=None, index=True
    )
    refund_id: Mapped[int | None] = mapped_column(ForeignKey(Refund.id), default=None, index=True)
    note: Mapped[str] = mapped_column(default="")
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    version: Mapped[int] = mapped_column(default=0)


class CardRefund(Base):
    """One try to send a refund to the card that paid; `reference` is its key at the provider."""

    __tablename__ = "card_refunds"
    __table_args__ = (UniqueConstraint("provider", "provider_refund_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    refund_id: Mapped[int] = mapped_column(ForeignKey(Refund.id), index=True)
    card_session_id: Mapped[int] = mapped_column(ForeignKey(CardSession.id), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[Money] = composite(
        mapped_column("amount_minor"), mapped_column("amount_currency")
    )
    provider: Mapped[str]
    submitted_at: Mapped[datetime]
    state: Mapped[CardRefundState] = mapped_column(default=CardRefundState.SUBMITTED, index=True)
    provider_refund_id: Mapped[str | None] = mapped_column(default=None)
    failure: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None] = mapped_column(default=None)


class CardPayout(Base):
    """What the provider has paid out to the bank account: an entry of a statement and its charge.

    `gross` is what it takes off the balance at the provider: the entry and the charge that the
    provider has kept.
    """

    __tablename__ = "card_payouts"
    __table_args__ = (
        CheckConstraint("gross_minor > 0", name="gross"),
        CheckConstraint("charge_minor BETWEEN 0 AND gross_minor", name="charge"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    bank_entry_id: Mapped[int] = mapped_column(ForeignKey(BankEntry.id), index=True)
    gross: Mapped[Money] = composite(mapped_column("gross_minor"), mapped_column("gross_currency"))
    charge_minor: Mapped[int]
    booked_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    reversed_at: Mapped[datetime | None] = mapped_column(default=None)
