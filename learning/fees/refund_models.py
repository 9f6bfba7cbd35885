"""Tables of refunds and of the transfer files that pay them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.rules.refunds import RefundEvent, RefundSource, RefundState
from learning.fees.statement_models import BankEntry
from learning.kit.database import Base, new_uid, open_enum
from learning.kit.money import Money

__all__ = [
    "BatchKind",
    "Refund",
    "RefundBatch",
    "RefundChange",
    "RefundEvent",
    "RefundSource",
    "RefundState",
]


class BatchKind(StrEnum):
    """How a batch of refunds reaches the bank."""

    PAIN001 = "pain001"  # a file, within SEPA
    WORKLIST = "worklist"  # a CSV list: a person types each transfer into the bank's own pages


class RefundBatch(Base):
    """A file of transfers: pain.001, or a list in CSV of those outside SEPA.

    `message_id` is ours, `control_sum` in minor units.
    """

    __tablename__ = "refund_batches"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    message_id: Mapped[str] = mapped_column(unique=True)
    transfers: Mapped[int]
    control_sum: Mapped[Money] = composite(
        mapped_column("control_sum_minor"), mapped_column("control_sum_currency")
    )
    execution_on: Mapped[date]
    content: Mapped[str]  # the file, encrypted: it names accounts
    sha256: Mapped[str]
    exported_at: Mapped[datetime]
    exported_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    kind: Mapped[BatchKind] = mapped_column(
        open_enum(BatchKind), default=BatchKind.PAIN001, server_default=BatchKind.PAIN001
    )


class Refund(Base):
    """Money back to the one who paid it, from one payment: `gross` less `bank_charge` is sent.

    `digest` binds an approval to amount, payee and account. `iban`, or `account_number` outside
    SEPA, is encrypted. `number` ("R-2026-0061") is the end-to-end identification, too.
    `charged_by_id` entered the bank charge. `bank_entry_id` is the entry that settled it.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("gross_minor > 0", name="gross"),
        CheckConstraint("bank_charge_minor BETWEEN 0 AND gross_minor", name="bank_charge"),
        CheckConstraint("approved_by_id <> prepared_by_id", name="two_people"),
        CheckConstraint("approved_by_id <> charged_by_id", name="two_people_charge"),
        CheckConstraint(
            "state NOT IN ('approved', 'exported', 'settled') OR approved_by_id IS NOT NULL",
            name="approved",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    number: Mapped[str] = mapped_column(unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    fee_account_id: Mapped[int] = mapped_column(ForeignKey(FeeAccount.id), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey(Payment.id), index=True)
    source: Mapped[RefundSource]
    gross: Mapped[Money] = composite(mapped_column("gross_minor"), mapped_column("gross_currency"))
    bank_charge_minor: Mapped[int]
    created_at: Mapped[datetime]
    state: Mapped[RefundState] = mapped_column(default=RefundState.DRAFT, index=True)
    holder_name: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    account_number: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    bank_country: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
    prepared_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    prepared_at: Mapped[datetime | None] = mapped_column(default=None)
    approved_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    return_reason: Mapped[str] = mapped_column(default="")
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey(RefundBatch.id), default=None, index=True
    )
    settled_on: Mapped[date | None] = mapped_column(default=None)
    bank_charge_reason: Mapped[str] = mapped_column(default="", server_default="")
    charged_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    bank_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey(BankEntry.id), default=None, index=True, unique=True
    )
    version: Mapped[int] = mapped_column(default=0)

    @property
    def net(self) -> Money:
        """The amount that is sent."""
        return Money(self.gross.minor - self.bank_charge_minor, self.gross.currency)


class RefundChange(Base):
    """One step of a refund, as it was then: what its page tells about how it came about.

    `net` is what was to be sent afterwards. A row never changes.
    """

    __tablename__ = "refund_changes"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    refund_id: Mapped[int] = mapped_column(ForeignKey(Refund.id), index=True)
    event: Mapped[RefundEvent] = mapped_column(open_enum(RefundEvent))
    before: Mapped[str]
    after: Mapped[str]
    net_minor: Mapped[int]
    digest: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    reason: Mapped[str]
