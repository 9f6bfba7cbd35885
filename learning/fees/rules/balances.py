"""Balances of fee accounts: what each payer owes, or has paid too much; pure.

The balance is invoices and charges, less credit notes and payments, plus refunds
(docs/payments.md). More than nothing is open, less than nothing is a credit of that payer. A credit
of one payer never pays for the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from learning.kit.money import Money


class BalanceItem(StrEnum):
    """What changes a balance."""

    INVOICED = "invoiced"
    CREDITED = "credited"
    CHARGED = "charged"
    RECEIVED = "received"
    REFUNDED = "refunded"


@dataclass(frozen=True, kw_only=True)
class PayerBalance:
    """The sums of one payer of an account, each 0 or more.

    `received` leaves out reversed payments. `refunded` is gross: reserved by a refund, or paid.
    """

    invoiced: Money
    credited: Money
    charged: Money
    received: Money
    refunded: Money

    @property
    def balance(self) -> Money:
        """What is open, negative for a credit."""
        owed = self.invoiced + self.charged - self.credited
        return owed - self.received + self.refunded

    @property
    def open(self) -> Money:
        """What this payer still has to pay."""
        return Money(max(0, self.balance.minor), self.balance.currency)

    @property
    def credit(self) -> Money:
        """What this payer has paid too much."""
        return Money(max(0, -self.balance.minor), self.balance.currency)


@dataclass(frozen=True, kw_only=True)
class AccountBalance:
    """The balances of an account by payer (a value of `fees.models.Payer`)."""

    currency: str
    by_payer: Mapping[str, PayerBalance] = field(default_factory=dict)

    def of(self, payer: str) -> PayerBalance:
        """Return the balance of a payer, of zeros where nothing was booked."""
        return self.by_payer.get(payer) or zero_balance(self.currency)

    @property
    def open(self) -> Money:
        """What is open, over the payers."""
        return self._sum(each.open for each in self.by_payer.values())

    @property
    def credit(self) -> Money:
        """What is too much, over the payers."""
        return self._sum(each.credit for each in self.by_payer.values())

    @property
    def received(self) -> Money:
        """What was received, over the payers."""
        return self._sum(each.received for each in self.by_payer.values())

    @property
    def refunded(self) -> Money:
        """What refunds have reserved or paid, over the payers."""
        return self._sum(each.refunded for each in self.by_payer.values())

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return Money(sum(each.minor for each in amounts), self.currency)


def zero_balance(currency: str) -> PayerBalance:
    """Return the balance of a payer for whom nothing is booked."""
    zero = Money(0, currency)
    return PayerBalance(invoiced=zero, credited=zero, charged=zero, received=zero, refunded=zero)


def account_balance(currency: str, sums: Iterable[tuple[str, BalanceItem, int]]) -> AccountBalance:
    """Return the balance of an account from sums in minor units, by payer and item."""
    by_payer: dict[str, PayerBalance] = {}
    for payer, item, minor in sums:
        known = by_payer.get(payer) or zero_balance(currency)
        total: Money = getattr(known, item) + Money(minor, currency)
        by_payer[payer] = replace(known, **{item.value: total})
    return AccountBalance(currency=currency, by_payer=by_payer)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a payment that pays an invoice, in minor units."""

    payment_id: int
    invoice_id: int
    minor: int


def allocate(
    invoices: Sequence[tuple[int, int]], payments: Sequence[tuple[int, int]]
) -> list[Part]:
    """Return which payment pays which invoice: first in, first out.

    Both are (id, minor units) of one payer, in order: invoices that are not credited by day of
    issue, payments (less their refunds) by day of receipt. What is left of a payment is a credit,
    what is left of an invoice is open.
    """
    parts: list[Part] = []
    left = [list(each) for each in payments if each[1] > 0]
    for invoice_id, total in invoices:
        missing = total
        while missing > 0 and left:
            payment_id, remaining = left[0]
            minor = min(missing, remaining)
            parts.append(Part(payment_id=payment_id, invoice_id=invoice_id, minor=minor))
            missing -= minor
            left[0][1] -= minor
            if left[0][1] == 0:
                left.pop(0)
    return parts


def is_paid(price: int, invoiced: int, open_minor: int) -> bool:
    """Whether a place is paid, in minor units: its price is invoiced, and nothing is open.

    While a part of the price is not invoiced yet, a payment is a credit and the place is not paid.
    """
    return invoiced >= price and open_minor == 0
