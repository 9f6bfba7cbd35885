"""Amounts of money: whole minor units and a currency, never a float; how they are written."""

from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (cents), as in `Money(98000, "EUR")`."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.minor

    def percent(self, share: int) -> "Money":
        """Return a share of the amount in percent, to the nearest minor unit."""
        return Money((self.minor * share + 50) // 100, self.currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, with the decimals of its currency."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))


def format_amount(amount: Money, locale: Locale) -> str:
    """Return an amount as people read it: “980 €”, with decimals only where there are cents."""
    pattern = str(locale.currency_formats["standard"].pattern)
    if get_currency_symbol(amount.currency, locale)[-1:].isalpha():
        pattern = pattern.replace("¤#", "¤\u00a0#")  # Babel would write “CHF980”
    is_whole = amount.major == amount.major.to_integral_value()
    return format_currency(
        amount.major,
        amount.currency,
        pattern.replace(".00", "") if is_whole else pattern,
        locale=locale,
        currency_digits=not is_whole,
    )


def format_exact_amount(amount: Money, locale: Locale) -> str:
    """Return an amount with all its decimals and the currency's code: “980.00 EUR”."""
    return format_currency(amount.major, amount.currency, "#,##0.00\u00a0¤¤", locale=locale)
