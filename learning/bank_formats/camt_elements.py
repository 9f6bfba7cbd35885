"""Values in the elements of a CAMT message: texts, amounts, days."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import get_currency_precision

from learning.bank_formats.statements import StatementError, StatementProblem
from learning.kit.money import Money

AMOUNT = re.compile(r"\d{1,13}(?:\.\d{0,5})?")  # 18 digits at most, five of them decimals
CURRENCY = re.compile(r"[A-Z]{3}")
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T+Z-].*)?")
CREDIT, DEBIT = "CRDT", "DBIT"


@lru_cache(maxsize=1024)
def _qualified(space: str, path: str) -> str:
    """Return a path with the namespace of its names, as lxml wants it."""
    return "/".join(space + name for name in path.split("/"))


class Element:
    """An element of a message: children are found by their names, in its own namespace."""

    __slots__ = ("_node", "_space")

    def __init__(self, node: Any) -> None:  # noqa: ANN401 lxml has no types
        self._node = node
        self._space = node.tag[: node.tag.index("}") + 1]

    @property
    def line(self) -> int:
        return int(self._node.sourceline or 0)

    @property
    def value(self) -> str:
        """The text, with each run of white space as one blank."""
        return " ".join((self._node.text or "").split())

    def all(self, path: str) -> Iterator["Element"]:
        """Yield what is at a path: `Refs/EndToEndId`."""
        for each in self._node.iterfind(self._path(path)):
            yield Element(each)

    def first(self, *paths: str) -> "Element | None":
        """Return the first element at the first path that leads anywhere."""
        for path in paths:
            if (found := self._node.find(self._path(path))) is not None:
                return Element(found)
        return None

    def required(self, *paths: str) -> "Element":
        """Raise StatementError if there is nothing at any path."""
        found = self.first(*paths)
        if found is None:
            raise StatementError(StatementProblem.MISSING_ELEMENT, self.line, element=paths[0])
        return found

    def text(self, *paths: str) -> str:
        """Return the first text that is not empty, else an empty one."""
        return next((each.value for path in paths for each in self.all(path) if each.value), "")

    def texts(self, path: str) -> list[str]:
        return [each.value for each in self.all(path) if each.value]

    def invalid(self) -> StatementError:
        """Return the error of an element whose value is none."""
        name = self._node.tag[len(self._space) :]
        return StatementError(StatementProblem.INVALID_VALUE, self.line, element=name)

    def _path(self, path: str) -> str:
        return _qualified(self._space, path)

    @property
    def currency(self) -> str:
        return str(self._node.get("Ccy", ""))

    def money(self) -> Money:
        """Return the amount of an element with a currency; it is never negative."""
        if not CURRENCY.fullmatch(self.currency) or not AMOUNT.fullmatch(self.value):
            raise self.invalid()
        minor = Decimal(self.value).scaleb(get_currency_precision(self.currency))
        if minor != minor.to_integral_value():
            raise self.invalid()
        return Money(int(minor), self.currency)

    def day(self) -> date:
        """Return the day of `Dt` or `DtTm`, as the bank wrote it."""
        found = self.required("Dt", "DtTm")
        return found.date_value()

    def date_value(self) -> date:
        match = DAY.fullmatch(self.value)
        try:
            return date.fromisoformat(match[1]) if match else self._no_date()
        except ValueError:
            return self._no_date()

    def _no_date(self) -> date:
        raise self.invalid()

    def is_credit(self) -> bool:
        """Whether `CdtDbtInd` of this element says credit."""
        found = self.required("CdtDbtInd")
        if found.value not in {CREDIT, DEBIT}:
            raise found.invalid()
        return found.value == CREDIT


def signed(amount: Money, *, is_credit: bool) -> Money:
    """Return an amount as it changes the account: positive for a credit."""
    return amount if is_credit else Money(-amount.minor, amount.currency)
