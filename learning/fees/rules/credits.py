"""Which payments give a credit back; pure.

What a payer has paid too much is what is left of the payments once the invoices are paid, first in,
first out (`fees.rules.balances.allocate`). So it is in the payments that came last.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CreditPart:
    """The part of a payment that goes back, in minor units."""

    payment_id: int
    minor: int


def credit_parts(payments: Sequence[tuple[int, int]], minor: int) -> list[CreditPart]:
    """Return from which payments an amount goes back: from the last one first.

    `payments` are (id, minor units that no refund has reserved) of one payer, by day of receipt.
    Raise ValueError if they have less than the amount, or if it is not more than nothing.
    """
    if not 0 < minor <= sum(remaining for _, remaining in payments):
        raise ValueError(f"{minor} cannot go back from these payments")
    parts: list[CreditPart] = []
    for payment_id, remaining in reversed(payments):
        part = min(remaining, minor)
        if part > 0:
            parts.append(CreditPart(payment_id=payment_id, minor=part))
            minor -= part
    return parts
