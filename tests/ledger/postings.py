"""Postings for tests of the ledger."""

import secrets
from datetime import date
from typing import Any

from learning.kit.money import Money
from learning.ledger.actions import Entry, Posting
from learning.ledger.models import LedgerAccount
from tests.world import NOW

DAY = date(2026, 9, 1)
FEE = 98_000


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def transfer(
    amount: int = FEE,
    to: LedgerAccount = LedgerAccount.RECEIVABLES,
    source: LedgerAccount = LedgerAccount.COURSE_FEES,
    reference: str = "account 1",
) -> list[Entry]:
    """Return a debit of one account and a credit of another."""
    return [Entry(to, euros(amount), reference), Entry(source, euros(-amount), "")]


def posting(entries: list[Entry] | None = None, **other: Any) -> Posting:
    values = {
        "key": f"test {secrets.token_hex(4)}",
        "kind": "invoice",
        "subject": "invoice 1",
        "occurred_on": DAY,
        "entries": transfer() if entries is None else entries,
        "by": None,
        "now": NOW,
    }
    return Posting(**(values | other))
