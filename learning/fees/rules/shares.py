"""How a price is divided between its payers: to the cent, by largest remainder."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.kit.money import Money

WHOLE = 100  # percent


@dataclass(frozen=True, kw_only=True)
class Shares:
    """What each payer owes of a price; together exactly the price."""

    participant: Money
    sponsor: Money


def shares_of(price: Money, sponsor_percent: int) -> Shares:
    """Return the shares of a price; of two halves of a cent, the participant's part gets it.

    Raise ValueError for a percentage that is not between 0 and 100.
    """
    if not 0 <= sponsor_percent <= WHOLE:
        raise ValueError(f"{sponsor_percent} percent")
    participant, sponsor = divide(price.minor, (WHOLE - sponsor_percent, sponsor_percent))
    return Shares(
        participant=Money(participant, price.currency), sponsor=Money(sponsor, price.currency)
    )


def divide(minor: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount in minor units by weights; the parts sum to the amount.

    Each part is its exact part rounded down; the units left over go to the largest remainders,
    of equal ones to the earlier weight (Hamilton's method). Raise ValueError for a negative
    amount or weight, or if no weight is positive.
    """
    total = sum(weights)
    if minor < 0 or total <= 0 or min(weights) < 0:
        raise ValueError(f"{minor} by {list(weights)}")
    parts = [minor * weight // total for weight in weights]
    remainders = [minor * weight % total for weight in weights]
    largest = sorted(range(len(weights)), key=lambda each: (-remainders[each], each))
    for each in largest[: minor - sum(parts)]:
        parts[each] += 1
    return parts
