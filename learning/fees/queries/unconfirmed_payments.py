"""Payments recorded by hand: those without an entry of a statement, and those not confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment, PaymentMethod

LISTED = 100
PAYMENTS = Payment.__table__.c


@dataclass(frozen=True, kw_only=True)
class ManualPayment:
    """A payment with the uid of its account and the names of the two people, "" for none."""

    payment: Payment
    account_uid: str
    recorded_by: str
    confirmed_by: str


def without_entry() -> ColumnElement[bool]:
    """Whether a payment was recorded by hand, stands, and no entry of a statement proves it."""
    return and_(
        Payment.method == PaymentMethod.MANUAL,
        Payment.bank_entry_id.is_(None),
        Payment.reversed_at.is_(None),
    )


def is_unconfirmed() -> ColumnElement[bool]:
    """Whether a payment waits for a second person, as `Payment.is_unconfirmed`."""
    return and_(
        without_entry(), Payment.recorded_by_id.is_not(None), Payment.confirmed_by_id.is_(None)
    )


def unconfirmed_by_payer(session: Session, account: FeeAccount) -> dict[str, int]:
    """Return what of an account is not confirmed, by payer, in minor units; refunds are out."""
    rows = session.execute(
        select(Payment.payer, func.sum(PAYMENTS.amount_minor - Payment.refunded_minor))
        .where(Payment.fee_account_id == account.id, is_unconfirmed())
        .group_by(Payment.payer)
    )
    return {payer: int(minor) for payer, minor in rows}


def payments_without_entry(session: Session) -> Sequence[ManualPayment]:
    """Return the first payments that no statement proves, the earliest first, in one statement."""
    recorder, confirmer = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Payment, FeeAccount.uid, recorder.name, confirmer.name)
        .join(FeeAccount, FeeAccount.id == Payment.fee_account_id)
        .outerjoin(recorder, recorder.id == Payment.recorded_by_id)
        .outerjoin(confirmer, confirmer.id == Payment.confirmed_by_id)
        .where(without_entry())
        .order_by(Payment.received_on, Payment.id)
        .limit(LISTED)
    )
    return [
        ManualPayment(
            payment=payment,
            account_uid=uid,
            recorded_by=recorded_by or "",
            confirmed_by=confirmed_by or "",
        )
        for payment, uid, recorded_by, confirmed_by in rows
    ]


def payment_by_uid(session: Session, uid: str) -> Payment | None:
    """Return the payment with a uid, None if there is none."""
    return session.scalar(select(Payment).where(Payment.uid == uid))
