"""Refunds of credits: what a payer has paid too much goes back, on request or by finance."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.fees.commands.refunds import NewRefund, draft_refund
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.problems import CreditProblem
from learning.fees.queries.accounts import lock_account
from learning.fees.queries.balances import balance_of, payments_of
from learning.fees.queries.credits import is_uninvoiced
from learning.fees.refund_models import Refund
from learning.fees.rules.credits import credit_parts
from learning.fees.rules.refunds import RefundSource
from learning.kit.errors import RuleViolation
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class CreditRefund:
    """What of a payer's credit is to go back, None for all of it; who asks for it and why."""

    payer: Payer
    amount: Money | None
    reason: str
    by: int
    now: datetime
    source: RefundSource = RefundSource.OVERPAYMENT


def refund_credit(
    session: Session, account: FeeAccount, refund_request: CreditRefund
) -> list[Refund]:
    """Draft the refund of a credit, one for each payment that it comes from; return them.

    The last payment comes first. Never more than the credit goes back: a fee that is still owed is
    credited first, by the cancellation or a settlement. Raise RuleViolation.
    """
    account = lock_account(session, account.id)
    credit = balance_of(session, account).of(refund_request.payer).credit
    amount = credit if refund_request.amount is None else refund_request.amount
    if credit.minor <= 0:
        raise RuleViolation(CreditProblem.NO_CREDIT, field="amount")
    if amount.currency != credit.currency or not 0 < amount.minor <= credit.minor:
        raise RuleViolation(CreditProblem.MORE_THAN_CREDIT, field="amount")
    if is_uninvoiced(session, account):
        raise RuleViolation(CreditProblem.UNINVOICED, field="amount")
    payments = {
        each.id: each
        for each in payments_of(session, [account.id])
        if each.payer is refund_request.payer and each.reversed_at is None
    }
    parts = credit_parts([(each.id, _left(each)) for each in payments.values()], amount.minor)
    return [
        draft_refund(
            session,
            account,
            NewRefund(
                payment=payments[part.payment_id],
                gross=Money(part.minor, amount.currency),
                source=refund_request.source,
                by=refund_request.by,
                reason=refund_request.reason,
            ),
            now=refund_request.now,
        )
        for part in parts
    ]


def _left(payment: Payment) -> int:
    """Return what no refund has reserved of a payment, in minor units."""
    return payment.amount.minor - payment.refunded_minor
