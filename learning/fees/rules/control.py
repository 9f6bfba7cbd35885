"""The control of the books: what the ledger says beside what the documents say."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from learning.kit.money import Money

MAX_NAMED = 5


class ControlCheck(StrEnum):
    """What is compared, in the order of the page."""

    TRIAL_BALANCE = "trial_balance"  # debits and credits of all accounts
    RECEIVABLES = "receivables"  # with what the fee accounts have open, less their credits
    REFUNDS_PAYABLE = "refunds_payable"  # with the refunds approved and not settled
    UNMATCHED_RECEIPTS = "unmatched_receipts"  # with booked entries, less what matched them
    BANK = "bank"  # with the closing balance of the last booked statement of each account
    CARD = "card"  # what the card provider holds, with its payments, refunds and payouts
    REFUNDS = "refunds"  # what payments have reserved, with their refunds


@dataclass(frozen=True, kw_only=True)
class ControlLine:
    """One check in one currency: two figures, and where they differ.

    `differences` counts the fee accounts, bank accounts, entries or payments that differ, also
    where the totals agree by chance; `named` are the first of them.
    """

    check: ControlCheck
    ledger: Money
    documents: Money
    differences: int = 0
    named: Sequence[str] = ()

    @property
    def agrees(self) -> bool:
        """Whether there is nothing to look into."""
        return self.ledger == self.documents and not self.differences


def problem_text(line: ControlLine) -> str:
    """Return what the health checks report of a line, "" if it agrees."""
    if line.agrees:
        return ""
    figures = f"{line.ledger.major} against {line.documents.major} {line.ledger.currency}"
    shown = ", ".join(line.named[:MAX_NAMED])
    more = " and more" if line.differences > len(line.named[:MAX_NAMED]) else ""
    return f"{line.check.replace('_', ' ')}: {figures}" + (f" ({shown}{more})" if shown else "")
