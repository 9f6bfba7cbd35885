"""Bank entries that pay no invoice: a refund paid, a refund returned, a receipt taken back.

All of it is decided by an exact name and the exact amount. What is read first is read again under
the lock of the account; a rule that refuses then leaves the entry unmatched.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.fees.commands.payments import reverse_payment
from learning.fees.commands.refund_steps import RefundAction, lock_refund
from learning.fees.commands.refunds import Settlement, mark_returned, settle_refund
from learning.fees.payment_models import Payment
from learning.fees.problems import MatchProblem
from learning.fees.queries.accounts import lock_account
from learning.fees.queries.matching import receipts_like, refund_of
from learning.fees.queries.refund_sources import goes_to_card
from learning.fees.refund_models import Refund
from learning.fees.rules.refunds import RefundState
from learning.fees.statement_models import BankEntry
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.ledger.rules import opposite


def match_transfer(session: Session, entry: BankEntry, *, now: datetime) -> bool:
    """Book what a locked entry says of a refund or of an earlier receipt; return whether it does.

    Nothing is locked if it says nothing. Raise RuleViolation if a rule refuses it.
    """
    if entry.amount.minor > 0:
        return bool(entry.return_reason) and _return_refund(session, entry, now)
    if entry.is_reversal or entry.return_reason:
        return _reverse_receipt(session, entry, now)
    return _settle_refund(session, entry, now)


def _settle_refund(session: Session, entry: BankEntry, now: datetime) -> bool:
    """Settle the refund that a debit names; one that was settled by hand gets its entry."""
    refund = _refund_by_transfer(session, entry)
    if refund is None or opposite(refund.net) != entry.amount:
        return False
    by_hand = refund.state is RefundState.SETTLED and refund.bank_entry_id is None
    if refund.state is not RefundState.EXPORTED and not by_hand:
        return False
    action = RefundAction(by=None, now=now)
    settle_refund(session, refund, Settlement(action=action, entry=entry))
    return True


def _refund_by_transfer(session: Session, entry: BankEntry) -> Refund | None:
    """Return the refund that an entry names; one to a card never passes through the bank."""
    refund = refund_of(session, entry)
    if refund is None or goes_to_card(refund, session.get_one(Payment, refund.payment_id)):
        return None
    return refund


def _return_refund(session: Session, entry: BankEntry, now: datetime) -> bool:
    """Mark the refund as returned that a credit names.

    One that is not settled was debited with others, or its debit comes later: both entries are in
    the unmatched receipts, where they sum to nothing.
    """
    refund = _refund_by_transfer(session, entry)
    if refund is None or refund.net != entry.amount:
        return False
    if refund.state not in {RefundState.EXPORTED, RefundState.SETTLED}:
        return False
    action = RefundAction(by=None, now=now, reason=entry.return_reason)
    lock_refund(session, refund, action)
    was_settled = refund.state is RefundState.SETTLED
    settlement = Settlement(action=action, entry=entry if was_settled else None)
    mark_returned(session, refund, settlement)
    return True


def _reverse_receipt(session: Session, entry: BankEntry, now: datetime) -> bool:
    """Take back the payment of the one receipt that a debit names."""
    found = receipts_like(session, entry)
    payment = found[0] if len(found) == 1 else None
    if payment is None or payment.amount != opposite(entry.amount):
        return False
    lock_account(session, payment.fee_account_id)
    lock_row(session, payment)
    if payment.reversed_at is not None:  # by a person, meanwhile
        raise RuleViolation(MatchProblem.OTHER_PAYMENT)
    reverse_payment(session, payment, booked_on=entry.booked_on, by=None, now=now)
    return True
