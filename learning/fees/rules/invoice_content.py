"""What an invoice says, as it is stored with it: seller, buyer, lines. All copies, in JSON.

The content is what European invoices have to say (directive 2006/112/EC, article 226): number and
day are columns of the invoice; names, addresses and VAT numbers of both sides, what was supplied,
price and tax are here.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.catalogue.cancellation import Window
from learning.kit.money import Money

SERIES_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Seller:
    """The centre as it issues an invoice; `tax_sentence` is in the language of the invoice."""

    name: str
    line1: str
    line2: str
    postcode: str
    town: str
    country: str  # ISO 3166-1, two letters
    vat_id: str
    iban: str  # without spaces
    bic: str
    bank_name: str
    tax_sentence: str


class LineKind(StrEnum):
    COURSE_FEE = "course_fee"
    CANCELLATION_CHARGE = "cancellation_charge"


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """One line: `percent` of `price` for the place of a participant, rounded as `amount`.

    `course` is the title of the course in the language of the invoice, `edition` its code.
    """

    kind: LineKind
    course: str
    edition: str
    first_day: date
    last_day: date
    hours: int
    participant: str
    price: Money
    percent: int
    amount: Money


def total_of(lines: Sequence[InvoiceLine]) -> Money:
    """Return the sum of lines of one currency; raise ValueError for none, or for two currencies."""
    if not lines:
        raise ValueError("no lines")
    first, *others = [line.amount for line in lines]
    return sum(others, first)


def due_day(issued_on: date, window: Window) -> date:
    """Return the day on which an invoice is due: the last free day, never before it is issued.

    Without a free day it is the first day of the course (choice C11; docs/cancellation.md).
    """
    return max(issued_on, window.free_until or window.first_day)


def number_text(series: str, year: int, number: int) -> str:
    """Return a number as it is printed: “INV-2026-000042”."""
    return f"{series}-{year}-{number:0{SERIES_DIGITS}}"


def seller_text(seller: Seller) -> str:
    """Return a seller as it is stored."""
    return _json(asdict(seller))


def seller_of(text: str) -> Seller:
    """Return a seller from the text that is stored."""
    return Seller(**json.loads(text))


def buyer_text(buyer: BillingDetails) -> str:
    """Return a buyer as it is stored."""
    return _json(asdict(buyer))


def buyer_of(text: str) -> BillingDetails:
    """Return a buyer from the text that is stored."""
    plain = json.loads(text)
    return BillingDetails(**plain | {"kind": PartyKind(plain["kind"])})


def lines_text(lines: Sequence[InvoiceLine]) -> str:
    """Return lines as they are stored: days in ISO 8601, amounts as minor units and currency."""
    return _json([_plain_line(line) for line in lines])


def lines_of(text: str) -> tuple[InvoiceLine, ...]:
    """Return lines from the text that is stored."""
    return tuple(_line_from(plain) for plain in json.loads(text))


def _plain_line(line: InvoiceLine) -> dict[str, Any]:
    return asdict(line) | {
        "first_day": line.first_day.isoformat(),
        "last_day": line.last_day.isoformat(),
    }


def _line_from(plain: dict[str, Any]) -> InvoiceLine:
    days = {name: date.fromisoformat(plain[name]) for name in ("first_day", "last_day")}
    amounts = {name: Money(**plain[name]) for name in ("price", "amount")}
    return InvoiceLine(**plain | days | amounts | {"kind": LineKind(plain["kind"])})


def _json(value: Any) -> str:  # noqa: ANN401 what asdict returns
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
