"""Tables of fee accounts: the money of one place, whatever becomes of the place."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.catalogue.models import Edition
from learning.files.models import StoredFile
from learning.kit.database import Base, new_uid
from learning.kit.money import Money


class Payer(StrEnum):
    """Which part of a fee: that of the participant, or that of the sponsor."""

    PARTICIPANT = "participant"
    SPONSOR = "sponsor"


class FeeAccount(Base):
    """What is invoiced, paid and refunded for one place; its row is locked before any of it.

    A transfer, a substitution or another acceptance adds an agreement to the same account:
    `fee_agreement_id` is the latest, `edition_id` that of the latest.
    """

    __tablename__ = "fee_accounts"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    fee_agreement_id: Mapped[int] = mapped_column(ForeignKey(FeeAgreement.id), unique=True)
    opened_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)


class SettlementKind(StrEnum):
    """Why a place is confirmed although its fee is not paid."""

    GUARANTEE = "guarantee"  # a letter promises to pay; the invoice stays open
    WAIVER = "waiver"  # the fee is remitted: the invoice is credited
    ELSEWHERE = "elsewhere"  # paid in another way, outside this ledger


class FeeSettlement(Base):
    """A proposal that a place is confirmed without a payment, and a second person's approval.

    It is about the price and the payers of `fee_agreement_id`, the latest when it was proposed.
    """

    __tablename__ = "fee_settlements"
    __table_args__ = (CheckConstraint("decided_by_id <> proposed_by_id", name="two_people"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    fee_account_id: Mapped[int] = mapped_column(ForeignKey(FeeAccount.id), index=True)
    fee_agreement_id: Mapped[int] = mapped_column(ForeignKey(FeeAgreement.id), index=True)
    kind: Mapped[SettlementKind]
    reason: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    proposed_at: Mapped[datetime]
    file_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id), default=None, index=True)
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    approved: Mapped[bool | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)


class FeeCancellation(Base):
    """What the end of a place cost: the quote as it was executed. A row never changes.

    `percent` of `paid` was charged as `charge`; notice `received_on`, `days` before `first_day`.
    """

    __tablename__ = "fee_cancellations"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    fee_account_id: Mapped[int] = mapped_column(ForeignKey(FeeAccount.id), index=True)
    fee_agreement_id: Mapped[int] = mapped_column(ForeignKey(FeeAgreement.id), unique=True)
    received_on: Mapped[date]
    first_day: Mapped[date]
    days: Mapped[int]
    percent: Mapped[int]
    paid: Mapped[Money] = composite(mapped_column("paid_minor"), mapped_column("paid_currency"))
    charge: Mapped[Money] = composite(
        mapped_column("charge_minor"), mapped_column("charge_currency")
    )
    cancelled_at: Mapped[datetime]
