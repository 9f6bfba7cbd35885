"""Fields for days, times, whole numbers and amounts: the only ones by which a form reads numbers.

Each has its limits and says them in the reader's notation; the typed text stays on the page.
"""

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from wtforms.fields import Field
from wtforms.widgets import TextInput

from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.numbers import TooManyDecimalsError, parse_amount, parse_number, to_ascii_digits
from learning.kit.text import clean_line

FIRST_YEAR, LAST_YEAR = 2000, 2100
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
CLOCK = re.compile(r"([01]?\d|2[0-3])\s?[:.hH]\s?([0-5]\d)")
SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{1,2}|0\d{3}-\d{2}-\d{2}")
DAY_MESSAGE = N_("Write a day, as in 2027-02-01.")
YEAR_MESSAGE = N_("Write the year with four digits, from %(first)s to %(last)s.")
NO_SUCH_DAY = N_("No calendar has this day.")
TIME = N_("Write a time of day, as in 23:59.")
WHOLE_NUMBER_MESSAGE = N_("Write a whole number from %(least)s to %(most)s.")
AMOUNT_MESSAGE = N_("Write an amount from %(least)s to %(most)s, as in %(example)s.")
DECIMALS_MESSAGE = N_(
    "An amount in %(currency)s has %(places)s decimals at most, as in %(example)s."
)
EXAMPLE_AMOUNT = Decimal("1234.5")
PERCENTAGE_MESSAGE = N_("Write a percentage from 0 to 100, as in %(example)s.")
EXAMPLE_PERCENTAGE, HUNDREDTH, HUNDRED = Decimal("68.5"), Decimal("0.01"), 100


class _ParsedField(Field):
    """A field with the typed text, and its value or None."""

    widget = TextInput()

    def __init__(self, label: str, *, missing: str = "", **more: Any) -> None:  # noqa: ANN401 WTForms' own
        super().__init__(label, **more)
        self.missing = missing  # another message for an empty field
        self.typed: str | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was sent; a form that was not sent yet keeps the value that a view gives it."""
        typed = clean_line(str(valuelist[0])) if valuelist else ""
        self.typed = typed if valuelist else None
        self.data = None
        if self.missing and not typed:
            raise ValueError(current_i18n().gettext(self.missing))
        self.data = self.parse(typed)

    def parse(self, typed: str) -> object:
        """Return the typed value; raise ValueError with a message for the reader."""
        raise NotImplementedError

    def format(self, value: Any) -> str:  # noqa: ANN401 each field its own
        """Return a value as people type it."""
        raise NotImplementedError

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.format(self.data)


class CalendarDateField(_ParsedField):
    """A calendar day within a plausible range."""

    def parse(self, typed: str) -> date:
        words, plain = current_i18n(), to_ascii_digits(typed)
        match = ISO_DATE.fullmatch(plain)
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            message = YEAR_MESSAGE if match or SHORT_YEAR.fullmatch(plain) else DAY_MESSAGE
            limits = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
            text = words.gettext(message)
            raise ValueError(text % limits if message is YEAR_MESSAGE else text)
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            raise ValueError(words.gettext(NO_SUCH_DAY)) from None

    def format(self, value: date) -> str:
        return value.isoformat()


class ClockField(_ParsedField):
    """A time of day, to the minute: “23:59”, “23 h 59”."""

    def parse(self, typed: str) -> time:
        match = CLOCK.fullmatch(to_ascii_digits(typed))
        if match is None:
            raise ValueError(current_i18n().gettext(TIME))
        return time(int(match[1]), int(match[2]))

    def format(self, value: time) -> str:
        return f"{value:%H:%M}"


class WholeNumberField(_ParsedField):
    """A whole number between two limits; an optional sign after it, as “%”."""

    def __init__(
        self,
        label: str,
        *,
        minimum: int,
        maximum: int,
        unit: str = "",
        **more: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(label, **more)
        self.minimum, self.maximum, self.sign = minimum, maximum, unit

    def parse(self, typed: str) -> int:
        words = current_i18n()
        number = parse_number(typed.removesuffix(self.sign), words)
        whole = number is not None and number == number.to_integral_value()
        if number is None or not whole or not self.minimum <= number <= self.maximum:
            limits = {"least": words.number(self.minimum), "most": words.number(self.maximum)}
            raise ValueError(words.gettext(WHOLE_NUMBER_MESSAGE) % limits)
        return int(number)

    def format(self, value: int) -> str:
        return str(value)


class PercentageField(_ParsedField):
    """A percentage from 0 to 100, to the hundredth; an optional “%” after it."""

    def parse(self, typed: str) -> Decimal:
        words = current_i18n()
        number = parse_number(typed.removesuffix("%"), words)
        if number is None or number != number.quantize(HUNDREDTH) or not 0 <= number <= HUNDRED:
            example = words.amount(EXAMPLE_PERCENTAGE)
            raise ValueError(words.gettext(PERCENTAGE_MESSAGE) % {"example": example})
        return number

    def format(self, value: Decimal) -> str:
        return current_i18n().amount(value)


class MoneyField(_ParsedField):
    """An amount of money in one currency, from 0 to a limit in its major unit."""

    def __init__(self, label: str, *, currency: str, maximum: int, **more: Any) -> None:  # noqa: ANN401
        super().__init__(label, **more)
        self.currency, self.maximum = currency, maximum

    def parse(self, typed: str) -> Money:
        words = current_i18n()
        values = {"currency": self.currency, "example": words.amount(EXAMPLE_AMOUNT)}
        try:
            amount = parse_amount(typed, self.currency, words)
        except TooManyDecimalsError as finer:
            raise ValueError(
                words.gettext(DECIMALS_MESSAGE) % (values | {"places": finer.args[0]})
            ) from None
        if amount is None or not 0 <= amount.major <= self.maximum:
            limits = {"least": words.number(0), "most": words.number(self.maximum)}
            raise ValueError(words.gettext(AMOUNT_MESSAGE) % (values | limits))
        return amount

    def format(self, value: Money) -> str:
        return current_i18n().amount(value.major)
