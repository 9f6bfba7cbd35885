"""Payouts of the card provider: an entry of a statement that a person recognises.

The provider pays out what it has captured, less its charge. Both leave the balance at the provider.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.fees.card_models import CardPayout
from learning.fees.problems import CardProblem
from learning.fees.queries.card_payments import payout_of
from learning.fees.statement_models import BankEntry
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.actions import Entry, Posting, post, reverse
from learning.ledger.models import LedgerAccount, LedgerTransaction
from learning.ledger.queries import balance
from learning.ledger.rules import opposite

POSTED_KIND = "card payout"


def post_payout(
    session: Session, entry: BankEntry, charge: Money, *, by: int, now: datetime
) -> CardPayout:
    """Book a locked entry as a payout, with the charge that the provider has kept.

    Raise RuleViolation for what left the bank account, and for more than the provider holds.
    """
    gross = entry.amount + charge
    held = balance(session, LedgerAccount.CARD_CLEARING)
    is_other = held.currency != gross.currency or gross.minor > held.minor
    if entry.amount.minor <= 0 or charge.minor < 0 or is_other:
        raise RuleViolation(CardProblem.NOT_A_PAYOUT)
    payout = CardPayout(
        bank_entry_id=entry.id,
        gross=gross,
        charge_minor=charge.minor,
        booked_on=entry.booked_on,
        recorded_at=now,
        recorded_by_id=by,
    )
    session.add(payout)
    session.flush()
    entries = (
        Entry(LedgerAccount.UNMATCHED_RECEIPTS, entry.amount),
        Entry(LedgerAccount.BANK_CHARGES, charge),
        Entry(LedgerAccount.CARD_CLEARING, opposite(gross)),
    )
    posting = Posting(
        key=_key(payout),
        kind=POSTED_KIND,
        subject=_key(payout),
        occurred_on=entry.booked_on,
        entries=[each for each in entries if each.amount.minor],
        by=by,
        now=now,
    )
    post(session, posting)
    facts = {"gross": f"{gross.major} {gross.currency}", "charge": str(charge.major)}
    record(session, "card payout recorded", _key(payout), by=by, now=now, **facts)
    return payout


def undo_payout(
    session: Session, entry: BankEntry, *, booked_on: date, by: int | None, now: datetime
) -> bool:
    """Take back that a locked entry is a payout; return whether it was one."""
    payout = payout_of(session, entry.id)
    if payout is None:
        return False
    transaction = session.scalars(
        select(LedgerTransaction).where(LedgerTransaction.key == _key(payout))
    ).one()
    reverse(session, transaction, occurred_on=booked_on, by=by, now=now)
    payout.reversed_at = now
    session.flush()
    record(session, "card payout undone", _key(payout), by=by, now=now)
    return True


def _key(payout: CardPayout) -> str:
    return f"card payout {payout.id}"
