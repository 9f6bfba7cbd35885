"""Fields for days, whole numbers and amounts: the only ones by which a form reads figures.

Each knows its limits and says them in the reader's notation; what was typed stays on the page.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms.fields import Field
from wtforms.widgets import TextInput

from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.money import Money
from learning.kit.numbers import TooFineError, in_ascii, read_amount, read_number
from learning.kit.text import clean_line

FIRST_YEAR, LAST_YEAR = 2000, 2100
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{1,2}|0\d{3}-\d{2}-\d{2}")
DAY = N_("Write a day, as in 2027-02-01.")
YEAR = N_("Write the year with four figures, from %(first)s to %(last)s.")
NO_DAY = N_("No calendar has this day.")
WHOLE = N_("Write a whole number from %(least)s to %(most)s.")
AMOUNT = N_("Write an amount from %(least)s to %(most)s, as in %(example)s.")
FINER = N_("An amount in %(currency)s has %(places)s decimals at most, as in %(example)s.")
EXAMPLE = Decimal("1234.5")


class _FigureField(Field):
    """A field that keeps what was typed, and the value that it stands for, or None."""

    widget = TextInput()

    def __init__(self, label: str, *, missing: str = "", **more: Any) -> None:  # noqa: ANN401 WTForms' own
        super().__init__(label, **more)
        self.missing = missing  # what is said where nothing was typed, if it is something else
        self.typed: str | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.typed = clean_line(str(valuelist[0])) if valuelist else ""
        self.data = None
        if self.missing and not self.typed:
            raise ValueError(current().gettext(self.missing))
        self.data = self.read(self.typed)

    def read(self, typed: str) -> object:
        """Return what somebody typed; raise ValueError, in words for the reader."""
        raise NotImplementedError

    def written(self, value: Any) -> str:  # noqa: ANN401 each field its own
        """Return a value as somebody would type it."""
        raise NotImplementedError

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.written(self.data)


class DayField(_FigureField):
    """A day of these times."""

    def read(self, typed: str) -> date:
        words, plain = current(), in_ascii(typed)
        match = ISO.fullmatch(plain)
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            message = YEAR if match or SHORT_YEAR.fullmatch(plain) else DAY
            limits = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
            said = words.gettext(message)
            raise ValueError(said % limits if message is YEAR else said)
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            raise ValueError(words.gettext(NO_DAY)) from None

    def written(self, value: date) -> str:
        return value.isoformat()


class WholeField(_FigureField):
    """A whole number between two limits; a sign behind it, as “%”, is not needed and not minded."""

    def __init__(
        self,
        label: str,
        *,
        least: int,
        most: int,
        sign: str = "",
        **more: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(label, **more)
        self.least, self.most, self.sign = least, most, sign

    def read(self, typed: str) -> int:
        words = current()
        number = read_number(typed.removesuffix(self.sign), words)
        whole = number is not None and number == number.to_integral_value()
        if number is None or not whole or not self.least <= number <= self.most:
            limits = {"least": words.number(self.least), "most": words.number(self.most)}
            raise ValueError(words.gettext(WHOLE) % limits)
        return int(number)

    def written(self, value: int) -> str:
        return str(value)


class AmountField(_FigureField):
    """An amount of money in one currency, from nothing up to a limit in its major unit."""

    def __init__(self, label: str, *, currency: str, most: int, **more: Any) -> None:  # noqa: ANN401
        super().__init__(label, **more)
        self.currency, self.most = currency, most

    def read(self, typed: str) -> Money:
        words = current()
        said = {"currency": self.currency, "example": words.amount(EXAMPLE)}
        try:
            amount = read_amount(typed, self.currency, words)
        except TooFineError as finer:
            raise ValueError(words.gettext(FINER) % (said | {"places": finer.args[0]})) from None
        if amount is None or not 0 <= amount.major <= self.most:
            limits = {"least": words.number(0), "most": words.number(self.most)}
            raise ValueError(words.gettext(AMOUNT) % (said | limits))
        return amount

    def written(self, value: Money) -> str:
        return current().amount(value.major)
