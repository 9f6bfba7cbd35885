"""What a cancellation charges each payer, and how much of which payment goes back; pure.

The information note (A9716205, "Désistement, annulation et remboursement") charges a percentage of
the amount that was paid, not of the fee: an unpaid place owes nothing more (choice C1). Each payer
is charged apart, rounded down to the minor unit, so in the payer's favour (C2). What was paid
beyond the invoices is no part of the price: it goes back in full. The rows of the table are in
docs/fees.md, and cases of `tests/fees/rules/test_refund_outcome.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from learning.fees.rules.shares import divide
from learning.kit.money import Money

ALL = 100  # percent


@dataclass(frozen=True, kw_only=True)
class PaymentLeft:
    """What is left of a payment, less earlier refunds: 0 or more.

    `bank_charge` is what the bank takes for sending money back, 0 if the centre bears it or it is
    not known yet.
    """

    payment_id: int
    amount: Money
    bank_charge: Money


@dataclass(frozen=True, kw_only=True)
class PayerMoney:
    """What was invoiced to one payer and is not credited, and their payments, earliest first."""

    payer: str
    invoiced: Money
    payments: tuple[PaymentLeft, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PaymentRefund:
    """One payment: `penalty` is kept, `gross` goes back, of which `net` is sent."""

    payment_id: int
    paid: Money
    penalty: Money
    bank_charge: Money

    @property
    def gross(self) -> Money:
        return self.paid - self.penalty

    @property
    def net(self) -> Money:
        """The amount that is sent; nothing is sent where the bank's charge takes all of it."""
        return self.gross - self.bank_charge


@dataclass(frozen=True, kw_only=True)
class PayerOutcome:
    """What one payer is charged, and what goes back to them, by payment.

    `credited` is what they had not paid yet and no longer owe.
    """

    payer: str
    invoiced: Money
    refunds: tuple[PaymentRefund, ...]

    @cached_property
    def paid(self) -> Money:
        return self._sum([each.paid for each in self.refunds])

    @cached_property
    def penalty(self) -> Money:
        return self._sum([each.penalty for each in self.refunds])

    @cached_property
    def bank_charges(self) -> Money:
        return self._sum([each.bank_charge for each in self.refunds])

    @cached_property
    def gross(self) -> Money:
        """What goes back before bank charges."""
        return self._sum([each.gross for each in self.refunds])

    @cached_property
    def net(self) -> Money:
        """What is sent."""
        return self._sum([each.net for each in self.refunds])

    @property
    def credited(self) -> Money:
        return Money(max(0, self.invoiced.minor - self.paid.minor), self.invoiced.currency)

    def apart(self, payment_ids: Collection[int]) -> tuple["PayerOutcome", "PayerOutcome"]:
        """Return this outcome without some payments, and that of these payments alone."""
        others = tuple(each for each in self.refunds if each.payment_id in payment_ids)
        own = tuple(each for each in self.refunds if each.payment_id not in payment_ids)
        return replace(self, refunds=own), replace(self, refunds=others)

    def _sum(self, amounts: Sequence[Money]) -> Money:
        return sum(amounts, Money(0, self.invoiced.currency))


def refund_outcomes(payers: Sequence[PayerMoney], percent: int) -> tuple[PayerOutcome, ...]:
    """Return what a cancellation charges and refunds, for each payer apart.

    `percent` of what was paid is charged; 0 where the centre cancels (choice C4). Raise ValueError
    for a percentage that is not between 0 and 100, and for two currencies.
    """
    if not 0 <= percent <= ALL:
        raise ValueError(f"{percent} percent")
    return tuple(_outcome(each, percent) for each in payers)


@dataclass(frozen=True, kw_only=True)
class PriceDifference:
    """What a payer owes of another price, and what is left of their payments, which count for it.

    One of `open` and `credit` is 0.
    """

    payer: str
    price: Money
    paid: Money

    @property
    def open(self) -> Money:
        return Money(max(0, self.price.minor - self.paid.minor), self.price.currency)

    @property
    def credit(self) -> Money:
        return Money(max(0, self.paid.minor - self.price.minor), self.price.currency)


def price_differences(
    payers: Sequence[PayerMoney], owed: Sequence[tuple[str, Money]]
) -> tuple[PriceDifference, ...]:
    """Return what each payer still pays of `owed`, or has paid too much.

    Payers who owe nothing and have paid nothing are left out.
    """
    paid = {each.payer: sum(payment.amount.minor for payment in each.payments) for each in payers}
    differences = (
        PriceDifference(payer=payer, price=price, paid=Money(paid.get(payer, 0), price.currency))
        for payer, price in owed
    )
    return tuple(each for each in differences if each.price.minor or each.paid.minor)


def _outcome(payer: PayerMoney, percent: int) -> PayerOutcome:
    allocated = _allocated(payer)
    penalty = sum(allocated) * percent // ALL
    penalties = divide(penalty, allocated) if penalty else [0] * len(allocated)
    return PayerOutcome(
        payer=payer.payer,
        invoiced=payer.invoiced,
        refunds=tuple(
            _refund(payment, Money(each, payer.invoiced.currency))
            for payment, each in zip(payer.payments, penalties, strict=True)
        ),
    )


def _allocated(payer: PayerMoney) -> list[int]:
    """Return how much of each payment pays the invoices: first in, first out."""
    parts, open_minor = [], payer.invoiced.minor
    for each in payer.payments:
        parts.append(min(open_minor, each.amount.minor))
        open_minor -= parts[-1]
    return parts


def _refund(payment: PaymentLeft, penalty: Money) -> PaymentRefund:
    gross = payment.amount - penalty
    return PaymentRefund(
        payment_id=payment.payment_id,
        paid=payment.amount,
        penalty=penalty,
        bank_charge=min(payment.bank_charge, gross),
    )
