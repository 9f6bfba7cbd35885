"""Percentages to the hundredth, exactly; none is rounded up across a pass mark.

They are stored as whole hundredths: 7110 is 71.10 %.
"""

from decimal import Decimal
from fractions import Fraction
from typing import overload

HUNDREDTH = Decimal("0.01")


def to_hundredth(exact: Fraction) -> Decimal:
    """Return a number of 0 or more to the hundredth, a half upwards, without a float."""
    return from_hundredths((200 * exact.numerator // exact.denominator + 1) // 2)


def to_percentage(exact: Fraction, pass_mark: Decimal | int | None = None) -> Decimal:
    """Return a percentage to the hundredth; below the pass mark it stays below it.

    It is rounded once: of 70 % to pass, 69.996 % is shown as 69.99 %.
    """
    mark = to_hundredth(exact)
    if pass_mark is not None and exact < pass_mark <= mark:
        return from_hundredths(100 * exact.numerator // exact.denominator)
    return mark


def from_hundredths(number: int) -> Decimal:
    """Return a stored number: 7110 is 71.10."""
    return number * HUNDREDTH


@overload
def in_hundredths(value: Decimal) -> int: ...
@overload
def in_hundredths(value: Decimal | None) -> int | None: ...
def in_hundredths(value: Decimal | None) -> int | None:
    """Return a number to the hundredth as it is stored: 71.10 is 7110; None stays None."""
    return None if value is None else int(value.scaleb(2))


def hundredths_text(number: int | None) -> str:
    """Return a stored number as the audit trail keeps it: “66.67”, a dash for none."""
    return "–" if number is None else str(from_hundredths(number))
