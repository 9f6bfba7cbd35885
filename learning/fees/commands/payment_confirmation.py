"""Payments that one person recorded by hand: a second person confirms them.

Until then, or until an entry of a bank statement proves the payment, it is booked, but it confirms
no place and pays nothing back (docs/payments.md).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.fees.commands.activation import activate_if_settled
from learning.fees.commands.payments import reverse_payment
from learning.fees.payment_models import Payment
from learning.fees.problems import PaymentProblem
from learning.fees.queries.accounts import lock_account, people_of_account
from learning.kit.errors import RuleViolation
from learning.kit.optimistic_lock import update_if_current
from learning.kit.time import day_in


@dataclass(frozen=True, kw_only=True)
class PaymentDecision:
    """The decision of the second person; `version` is that of the page they decided on."""

    confirmed: bool
    by: int
    now: datetime
    version: int | None = None


def decide_payment(session: Session, payment: Payment, decision: PaymentDecision) -> None:
    """Confirm a payment, which may confirm the place, or take it back; raise RuleViolation.

    The person who recorded it cannot confirm it: the database refuses that, too. Nobody decides
    about a payment for their own place.
    """
    account = lock_account(session, payment.fee_account_id)
    session.refresh(payment, with_for_update=True)
    if not payment.is_unconfirmed:
        raise RuleViolation(PaymentProblem.DECIDED)
    if payment.recorded_by_id == decision.by:
        raise RuleViolation(PaymentProblem.SAME_PERSON)
    if decision.by in people_of_account(session, account):
        raise RuleViolation(PaymentProblem.OWN_PLACE)
    if decision.version not in {None, payment.version}:
        raise RuleViolation(PaymentProblem.DECIDED)
    if not decision.confirmed:
        today = day_in(session.get_one(Edition, account.edition_id).zone, decision.now)
        reverse_payment(session, payment, booked_on=today, by=decision.by, now=decision.now)
        return
    confirmation = {"confirmed_by_id": decision.by, "confirmed_at": decision.now}
    if not update_if_current(session, payment, seen_version=decision.version, **confirmation):
        raise RuleViolation(PaymentProblem.DECIDED)
    activate_if_settled(session, account, now=decision.now)
    record(
        session,
        "payment confirmed",
        f"payment {payment.id}",
        by=decision.by,
        now=decision.now,
        account=account.uid,
        amount=f"{payment.amount.major} {payment.amount.currency}",
    )
