"""What a transaction of double entry has to be, and the two sides of an amount."""

from collections.abc import Sequence

from learning.kit.money import Money

MIN_ENTRIES = 2


def check_entries(amounts: Sequence[Money]) -> None:
    """Raise ValueError unless the amounts are those of a transaction: debits > 0, credits < 0.

    At least two, none of them zero, in one currency, and their sum is zero.
    """
    if len(amounts) < MIN_ENTRIES:
        raise ValueError(f"a transaction has {MIN_ENTRIES} entries or more, not {len(amounts)}")
    if not all(amount.minor for amount in amounts):
        raise ValueError("an entry of zero says nothing")
    currencies = sorted({amount.currency for amount in amounts})
    if len(currencies) > 1:
        raise ValueError(f"a transaction has one currency, not {' and '.join(currencies)}")
    if rest := sum(amount.minor for amount in amounts):
        raise ValueError(f"debits and credits differ by {rest} {currencies[0]} (minor units)")


def opposite(amount: Money) -> Money:
    """Return the amount with the other sign: a credit for a debit."""
    return Money(-amount.minor, amount.currency)


def debit_part(amount: Money) -> Money | None:
    """Return the amount if it is a debit, None for a credit."""
    return amount if amount.minor > 0 else None


def credit_part(amount: Money) -> Money | None:
    """Return the amount, without its sign, if it is a credit; None for a debit."""
    return opposite(amount) if amount.minor < 0 else None
