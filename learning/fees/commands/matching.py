"""The matching of bank entries: by itself where a name is exact, otherwise by a person.

An entry is locked before the accounts that it pays, and those before anything is recorded. Nothing
is deleted: a wrong match is undone by taking the payment back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.fees.commands.activation import activate_if_settled
from learning.fees.commands.card_payouts import post_payout, undo_payout
from learning.fees.commands.payments import NewPayment, record_payment, reverse_payment
from learning.fees.commands.transfer_matching import match_transfer
from learning.fees.models import Payer
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.problems import MatchProblem, PaymentProblem
from learning.fees.queries.accounts import lock_account, lock_accounts, people_of_account
from learning.fees.queries.matching import (
    is_receipt,
    named_candidates,
    payments_of_entry,
    receipt_of,
    unproved_payments,
)
from learning.fees.rules.matching import Share, match
from learning.fees.statement_models import BankEntry, EntryState
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.kit.time import day_in


@dataclass(frozen=True, kw_only=True)
class MatchAction:
    """Who matches, None for the system; `version` is that of the page that they saw."""

    by: int | None
    now: datetime
    version: int | None = None


def match_entry(session: Session, entry: BankEntry, *, now: datetime) -> None:
    """Match one booked entry, if it names exactly what it is for; else it waits for a person.

    That are invoices, a refund, or the receipt that the bank takes back. Raise RuleViolation.
    """
    lock_row(session, entry)
    if entry.state not in {EntryState.NEW, EntryState.UNMATCHED}:
        return
    entry.state = EntryState.UNMATCHED
    receipt = receipt_of(entry)
    shares = match(receipt, named_candidates(session, receipt)) if is_receipt(entry) else ()
    action = MatchAction(by=None, now=now)
    if shares:
        _record_shares(session, entry, shares, action)
    elif not is_receipt(entry) and match_transfer(session, entry, now=now):
        _decide(session, entry, EntryState.MATCHED, action)
        _record(session, entry, "bank entry matched", action)
    session.flush()


def assign_entry(
    session: Session, entry: BankEntry, shares: Sequence[Share], action: MatchAction
) -> None:
    """Record an entry as payments of one or several payers; raise RuleViolation."""
    _lock(session, entry, action, EntryState.UNMATCHED)
    if not is_receipt(entry):
        raise RuleViolation(MatchProblem.NO_RECEIPT)
    if sum(each.minor for each in shares) != entry.amount.minor:
        raise RuleViolation(MatchProblem.SUM)
    _record_shares(session, entry, shares, action)


def link_payment(session: Session, entry: BankEntry, payment: Payment, action: MatchAction) -> None:
    """Match an entry with a payment that was recorded by hand: it is not booked twice.

    The entry proves the payment: nobody has to confirm it any more.
    """
    _lock(session, entry, action, EntryState.UNMATCHED)
    account = lock_account(session, payment.fee_account_id)
    if action.by is not None and action.by in people_of_account(session, account):
        raise RuleViolation(PaymentProblem.OWN_PLACE)
    lock_row(session, payment)
    is_free = payment.method is PaymentMethod.MANUAL and payment.bank_entry_id is None
    if not is_free or payment.reversed_at is not None or payment.amount != entry.amount:
        raise RuleViolation(MatchProblem.OTHER_PAYMENT)
    payment.bank_entry_id = entry.id
    payment.version += 1
    _decide(session, entry, EntryState.MATCHED, action)
    activate_if_settled(session, account, now=action.now)
    _record(session, entry, "bank entry matched", action)


def ignore_entry(session: Session, entry: BankEntry, reason: str, action: MatchAction) -> None:
    """Say that an entry is not about fees; raise RuleViolation."""
    _lock(session, entry, action, EntryState.UNMATCHED)
    entry.reason = reason
    _decide(session, entry, EntryState.IGNORED, action)
    _record(session, entry, "bank entry ignored", action)


def match_payout(session: Session, entry: BankEntry, charge: Money, action: MatchAction) -> None:
    """Match an entry with the balance at the card provider, which has kept `charge`.

    Raise RuleViolation if it is no payout.
    """
    _lock(session, entry, action, EntryState.UNMATCHED)
    if action.by is None:
        raise ValueError("a person recognises a payout")
    _decide(session, entry, EntryState.MATCHED, action)
    post_payout(session, entry, charge, by=action.by, now=action.now)
    _record(session, entry, "bank entry matched", action)


def undo_match(
    session: Session, entry: BankEntry, action: MatchAction, *, booked_on: date | None = None
) -> None:
    """Take back what was decided about an entry: its payments are reversed, and it waits again.

    They are booked on `booked_on`, or else on the day that it is where the edition is held.

    Raise RuleViolation for what the bank did itself: a refund, or a receipt that it took back.
    """
    _lock(session, entry, action, EntryState.MATCHED, EntryState.IGNORED)
    payments = [each for each in payments_of_entry(session, entry) if not each.reversed_at]
    today = booked_on or action.now.date()
    was_payout = undo_payout(session, entry, booked_on=today, by=action.by, now=action.now)
    if entry.state is EntryState.MATCHED and not payments and not was_payout:
        raise RuleViolation(MatchProblem.DONE_BY_BANK)
    lock_accounts(session, {each.fee_account_id for each in payments})
    for payment in payments:
        if payment.method is PaymentMethod.MANUAL:
            payment.bank_entry_id = None
        else:
            day = booked_on or _day_at(session, payment, action.now)
            reverse_payment(session, payment, booked_on=day, by=action.by, now=action.now)
    entry.reason = ""
    _decide(session, entry, EntryState.UNMATCHED, action)
    _record(session, entry, "bank entry match undone", action)


def _day_at(session: Session, payment: Payment, now: datetime) -> date:
    return day_in(session.get_one(Edition, payment.edition_id).zone, now)


def _lock(session: Session, entry: BankEntry, action: MatchAction, *states: EntryState) -> None:
    """Lock an entry; raise RuleViolation if somebody has decided about it meanwhile."""
    lock_row(session, entry)
    is_old = action.version is not None and action.version != entry.version
    if is_old or entry.state not in states:
        raise RuleViolation(MatchProblem.DECIDED)


def _record_shares(
    session: Session, entry: BankEntry, shares: Sequence[Share], action: MatchAction
) -> None:
    """Record the payments of an entry; its row is locked.

    Money that finance recorded by hand before is not recorded again: the entry is its proof.
    """
    accounts = lock_accounts(session, {each.account_id for each in shares})
    recorded = [each for share in shares for each in unproved_payments(session, entry, share)]
    if len(recorded) == 1:
        link_payment(session, entry, recorded[0], action)
        return
    _decide(session, entry, EntryState.MATCHED, action)
    part = _parts_so_far(session, entry)
    for number, share in enumerate(shares, part + 1):
        record_payment(session, accounts[share.account_id], _payment(entry, share, number, action))
    _record(session, entry, "bank entry matched", action)


def _payment(entry: BankEntry, share: Share, number: int, action: MatchAction) -> NewPayment:
    return NewPayment(
        payer=Payer(share.payer),
        method=PaymentMethod.BANK_TRANSFER,
        source_key=f"{entry.id}:{number}",
        amount=Money(share.minor, entry.amount.currency),
        received_on=entry.value_on or entry.booked_on,
        payer_name=entry.counterparty,
        payer_iban=entry.counterparty_iban,
        bank_entry_id=entry.id,
        by=action.by,
        now=action.now,
    )


def _parts_so_far(session: Session, entry: BankEntry) -> int:
    """Return how many payments an entry has made, undone ones too: each has its own key."""
    own = (
        select(func.count())
        .select_from(Payment)
        .where(Payment.method == PaymentMethod.BANK_TRANSFER, Payment.bank_entry_id == entry.id)
    )
    return session.scalar(own) or 0


def _decide(session: Session, entry: BankEntry, state: EntryState, action: MatchAction) -> None:
    entry.state, entry.decided_by_id, entry.decided_at = state, action.by, action.now
    entry.version += 1
    session.flush()


def _record(session: Session, entry: BankEntry, what: str, action: MatchAction) -> None:
    record(session, what, f"bank entry {entry.id}", by=action.by, now=action.now)
