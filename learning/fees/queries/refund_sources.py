"""The facts behind a refund: its payment, the cancellation, what the payment pays."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.fees.card_models import CardRefund, CardRefundState
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeCancellation
from learning.fees.payment_models import Payment, PaymentAllocation, PaymentMethod
from learning.fees.refund_models import Refund
from learning.fees.rules.refunds import RefundSource


def goes_to_card(refund: Refund, payment: Payment) -> bool:
    """Return whether a refund goes back to the card that paid: no account is entered for it."""
    return payment.method is PaymentMethod.CARD and not refund.holder_name


def has_failed_at_card(session: Session, refund: Refund) -> bool:
    """Return whether the provider could not pay a refund to the card: an account may be entered."""
    failed = select(CardRefund.id).where(
        CardRefund.refund_id == refund.id, CardRefund.state == CardRefundState.FAILED
    )
    return session.scalar(failed.limit(1)) is not None


def cancellation_of(session: Session, refund: Refund) -> FeeCancellation | None:
    """Return the latest cancellation of a refund's account, None for another source."""
    if refund.source is not RefundSource.CANCELLATION:
        return None
    return session.scalar(
        select(FeeCancellation)
        .where(FeeCancellation.fee_account_id == refund.fee_account_id)
        .order_by(FeeCancellation.id.desc())
        .limit(1)
    )


def percent_kept(session: Session, refund: Refund) -> int | None:
    """Return the percentage that the cancellation kept, None without one."""
    cancellation = cancellation_of(session, refund)
    return None if cancellation is None else cancellation.percent


def invoice_numbers(session: Session, payment_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the numbers of the invoices that payments pay, by payment, in one statement."""
    rows = session.execute(
        select(PaymentAllocation.payment_id, Invoice.number)
        .join(Invoice, Invoice.id == PaymentAllocation.invoice_id)
        .where(PaymentAllocation.payment_id.in_(payment_ids))
        .order_by(Invoice.id)
    )
    numbers: dict[int, list[str]] = {}
    for payment_id, number in rows:
        numbers.setdefault(payment_id, []).append(number)
    return numbers
