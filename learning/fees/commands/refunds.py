"""Refunds: drafted when money is to go back, settled or returned by the bank, cancelled.

A draft reserves its amount on the payment, so that no payment is ever paid back twice
(`payments.refunded_minor`). It always goes to the payer of that payment. How it is prepared and
approved is in `refund_approval`, how it is sent in `refund_export`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.bank_formats.accounts import iban_error, normalised_iban
from learning.catalogue.models import Edition
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.number_series import next_number
from learning.fees.commands.refund_emails import send_account_email
from learning.fees.commands.refund_steps import (
    RETURNED_KIND,
    SETTLED_KIND,
    RefundAction,
    add_change,
    check_step,
    day_of_books,
    lock_refund,
    post_settlement,
    reverse_approval,
    take_step,
)
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.queries.refund_sources import goes_to_card
from learning.fees.refund_models import Refund, RefundBatch
from learning.fees.rules.refunds import RefundEvent, RefundProblem, RefundSource, RefundState
from learning.fees.statement_models import BankEntry
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.kit.time import day_in

SERIES = "R"
AMOUNT = Payment.__table__.c.amount_minor


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """How a refund was paid, or returned: by an entry of a statement, or on a day by hand."""

    action: RefundAction
    entry: BankEntry | None = None
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewRefund:
    """What is to go back: `gross` of a payment; `by` is None for what follows from a rule.

    `reason` is what a person says; it is in the history of the refund.
    """

    payment: Payment
    gross: Money
    source: RefundSource
    by: int | None = None
    reason: str = ""


def draft_refund(session: Session, account: FeeAccount, new: NewRefund, *, now: datetime) -> Refund:
    """Draft a refund of a payment of a locked account; return it.

    Raise RuleViolation if less than `gross` of the payment is left, or the bank has reversed it;
    ValueError for a payment of another account, another currency, or nothing.
    """
    payment, gross = new.payment, new.gross
    if payment.fee_account_id != account.id or gross.currency != payment.amount.currency:
        raise ValueError(f"payment {payment.id} is not of account {account.id} in this currency")
    if gross.minor <= 0:
        raise ValueError("a refund of nothing")
    _reserve(session, payment, gross.minor)
    edition = session.get_one(Edition, account.edition_id)
    number = next_number(session, SERIES, day_in(edition.zone, now))
    refund = Refund(
        number=number,
        edition_id=account.edition_id,
        fee_account_id=account.id,
        payment_id=payment.id,
        source=new.source,
        gross=gross,
        bank_charge_minor=0,
        created_at=now,
    )
    session.add(refund)
    session.flush()
    allocate_payments(session, account)
    by_card = payment.method is PaymentMethod.CARD
    if not by_card and iban_error(normalised_iban(payment.payer_iban)):  # else finance proposes it
        send_account_email(session, refund, now=now)
    action = RefundAction(by=new.by, now=now, reason=new.reason)
    add_change(session, refund, RefundEvent.DRAFT, action, None)
    return refund


def cancel_refund(session: Session, refund: Refund, action: RefundAction) -> None:
    """Cancel a refund that is not sent: its amount is again to the credit of the payer."""
    lock_refund(session, refund, action)
    check_step(refund, RefundEvent.CANCEL)
    if not action.reason.strip():
        raise RuleViolation(RefundProblem.NO_REASON, field="reason")
    payment = session.get_one(Payment, refund.payment_id)
    _reserve(session, payment, -refund.gross.minor)
    allocate_payments(session, session.get_one(FeeAccount, refund.fee_account_id))
    take_step(session, refund, RefundEvent.CANCEL, action, approved_by_id=None, approved_at=None)


def settle_refund(session: Session, refund: Refund, settlement: Settlement) -> None:
    """Settle an exported refund: by the entry that debits it, or by hand with its day.

    An entry for a refund that was settled by hand is only linked: it was booked then. Raise
    RuleViolation for another amount, for a second entry, and for a day before the export or
    ahead.
    """
    action, entry = settlement.action, settlement.entry
    lock_refund(session, refund, action)
    if entry is not None:
        if entry.amount.minor != -refund.net.minor or entry.amount.currency != refund.net.currency:
            raise RuleViolation(RefundProblem.OTHER_AMOUNT)
        if refund.bank_entry_id not in {None, entry.id}:
            raise RuleViolation(RefundProblem.SETTLED_BEFORE)
        if refund.state is RefundState.SETTLED:
            refund.bank_entry_id = entry.id
            return
    if refund.state is not RefundState.EXPORTED:
        raise RuleViolation(RefundProblem.INVALID_TRANSITION)
    _check_not_by_provider(session, refund, action)
    day = entry.booked_on if entry is not None else _checked_day(session, refund, settlement)
    post_settlement(session, refund, action, kind=SETTLED_KIND, occurred_on=day)
    entry_id = entry.id if entry is not None else None
    take_step(session, refund, RefundEvent.SETTLE, action, settled_on=day, bank_entry_id=entry_id)


def mark_returned(session: Session, refund: Refund, settlement: Settlement) -> None:
    """Take note that the bank did not pay a refund: it needs another account and a new approval.

    With an entry, that credits what was settled before; without, a refund that was exported and
    never left, or one that was settled by hand. `action.reason` says what the bank says.
    """
    action, entry = settlement.action, settlement.entry
    lock_refund(session, refund, action)
    check_step(refund, RefundEvent.RETURNED_BY_BANK)
    _check_not_by_provider(session, refund, action)
    if refund.net.minor == 0:  # nothing was sent
        raise RuleViolation(RefundProblem.INVALID_TRANSITION)
    if not action.reason.strip():
        raise RuleViolation(RefundProblem.NO_REASON, field="reason")
    if entry is not None and entry.amount != refund.net:
        raise RuleViolation(RefundProblem.OTHER_AMOUNT)
    was_settled = refund.state is RefundState.SETTLED
    by_hand = refund.bank_entry_id is None
    if (entry is not None and not was_settled) or (entry is None and was_settled and not by_hand):
        raise RuleViolation(RefundProblem.INVALID_TRANSITION)
    if was_settled:
        day = entry.booked_on if entry else day_of_books(session, refund, action.now)
        post_settlement(session, refund, action, kind=RETURNED_KIND, occurred_on=day)
        reverse_approval(session, refund, action)
    send_account_email(session, refund, now=action.now)
    take_step(
        session,
        refund,
        RefundEvent.RETURNED_BY_BANK,
        action,
        approved_by_id=None,
        approved_at=None,
        batch_id=None,
        settled_on=None,
        bank_entry_id=None,
        return_reason=action.reason,
    )


def _reserve(session: Session, payment: Payment, minor: int) -> None:
    """Reserve an amount on a payment, or release it: of two at once, the second finds less left."""
    reserved = (
        update(Payment)
        .where(Payment.id == payment.id, Payment.refunded_minor + minor <= AMOUNT)
        .values(refunded_minor=Payment.refunded_minor + minor)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    if minor > 0:
        reserved = reserved.where(Payment.reversed_at.is_(None))
    done = session.execute(reserved).first()
    session.refresh(payment)
    if done is None:
        reversed_ = payment.reversed_at is not None
        problem = RefundProblem.PAYMENT_REVERSED if reversed_ else RefundProblem.MORE_THAN_PAID
        raise RuleViolation(problem)


def _check_not_by_provider(session: Session, refund: Refund, action: RefundAction) -> None:
    """Refuse that a person says of a card what only its provider knows."""
    payment = session.get_one(Payment, refund.payment_id)
    if action.by is not None and goes_to_card(refund, payment):
        raise RuleViolation(RefundProblem.BY_PROVIDER)


def _checked_day(session: Session, refund: Refund, settlement: Settlement) -> date:
    """Return the day of a payment that a person enters; raise RuleViolation."""
    today = day_of_books(session, refund, settlement.action.now)
    day = settlement.on or today
    if day > today:
        raise RuleViolation(RefundProblem.DAY_AHEAD, field="settled_on")
    batch = session.get(RefundBatch, refund.batch_id or 0)
    if batch is not None and day < day_of_books(session, refund, batch.exported_at):
        raise RuleViolation(RefundProblem.DAY_BEFORE_EXPORT, field="settled_on")
    return day
