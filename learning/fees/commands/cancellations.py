"""The money of a place that ends: credit notes, cancellation charges, refunds to the payers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.fees.commands.accounts import credit_invoices
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.invoicing import NewCharge, issue_charge
from learning.fees.commands.refunds import NewRefund, draft_refund
from learning.fees.models import FeeAccount, FeeCancellation, Payer
from learning.fees.payment_models import Payment
from learning.fees.rules.refund_outcome import PayerOutcome
from learning.fees.rules.refunds import RefundSource
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class PlaceEnd:
    """Why a place ends, and what that costs: the quote as it is executed.

    The notice was received on `received_on`, `days` before `first_day`: `percent` of what was paid
    is charged. `by` is None for a sponsor and for the system.
    """

    source: RefundSource
    received_on: date
    first_day: date
    days: int
    percent: int
    outcomes: Sequence[PayerOutcome]
    by: int | None
    now: datetime


def cancel_place(session: Session, account: FeeAccount, end: PlaceEnd) -> FeeCancellation:
    """End the money of a place, whose account is locked.

    All invoices of the fee are credited (choice C10). A payer who is charged gets an invoice of the
    charge, which what they paid pays. The rest of each payment is a refund to its payer, as a draft
    until finance prepares it.
    """
    agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
    credit_invoices(session, account, by=end.by, now=end.now)
    for each in end.outcomes:
        if each.penalty.minor > 0:
            charge = NewCharge(
                agreement=agreement,
                payer=Payer(each.payer),
                amount=each.penalty,
                by=end.by,
                now=end.now,
            )
            issue_charge(session, account, charge)
    _draft_refunds(session, account, end)
    allocate_payments(session, account)
    cancellation = _cancellation(account, agreement, end)
    session.add(cancellation)
    session.flush()
    return cancellation


def _draft_refunds(session: Session, account: FeeAccount, end: PlaceEnd) -> None:
    for outcome in end.outcomes:
        for each in outcome.refunds:
            if each.gross.minor > 0:
                payment = session.get_one(Payment, each.payment_id)
                new = NewRefund(payment=payment, gross=each.gross, source=end.source, by=end.by)
                draft_refund(session, account, new, now=end.now)


def _cancellation(account: FeeAccount, agreement: FeeAgreement, end: PlaceEnd) -> FeeCancellation:
    zero = Money(0, agreement.price.currency)
    return FeeCancellation(
        edition_id=account.edition_id,
        fee_account_id=account.id,
        fee_agreement_id=agreement.id,
        received_on=end.received_on,
        first_day=end.first_day,
        days=end.days,
        percent=end.percent,
        paid=sum((each.paid for each in end.outcomes), zero),
        charge=sum((each.penalty for each in end.outcomes), zero),
        cancelled_at=end.now,
    )
