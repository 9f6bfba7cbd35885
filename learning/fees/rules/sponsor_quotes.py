"""Quotes and purchase orders of sponsors: states, days, numbers; pure.

Days are those of the edition's zone.
"""

from datetime import date, timedelta
from enum import StrEnum

QUOTE_DAYS = 30
"""So long a quote is valid, unless finance says another day."""
MAX_QUOTE_DAYS = 365
PROMISE_DAYS = 60
"""So long a place is held at most for a purchase order that is promised."""
MAX_PLACES = 50
"""So many places one quote, and one invoice for several nominees, has at most."""
PO_LIMIT = 35
"""Characters of the number of a purchase order: the longest that e-invoices carry (EN 16931)."""


class QuoteState(StrEnum):
    """What became of a quote."""

    OPEN = "open"
    ACCEPTED = "accepted"  # its purchase order has come
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # also by a newer one


def quote_state(
    *, is_accepted: bool, is_withdrawn: bool, valid_until: date, today: date
) -> QuoteState:
    """Return the state of a quote on a day; it is valid on its last day."""
    if is_accepted:
        return QuoteState.ACCEPTED
    if is_withdrawn:
        return QuoteState.WITHDRAWN
    return QuoteState.OPEN if today <= valid_until else QuoteState.EXPIRED


def valid_until(issued_on: date, first_day: date) -> date:
    """Return until when a quote is valid: 30 days, not beyond the day before the course.

    Never before the day on which it is issued.
    """
    last = min(issued_on + timedelta(days=QUOTE_DAYS), first_day - timedelta(days=1))
    return max(issued_on, last)


def may_be_valid_until(day: date, *, today: date) -> bool:
    """Whether finance may make a quote valid until a day: today or later, within a year."""
    return today <= day <= today + timedelta(days=MAX_QUOTE_DAYS)


def last_promise_day(today: date, first_day: date) -> date:
    """Return the latest day for which an order may be promised: before the course begins."""
    return min(today + timedelta(days=PROMISE_DAYS), first_day - timedelta(days=1))


def may_promise(day: date, *, today: date, first_day: date) -> bool:
    """Whether a sponsor may promise its order for a day."""
    return today <= day <= last_promise_day(today, first_day)


def held_until(po_number: str, promised_until: date | None, today: date) -> date | None:
    """Return the day until which a promised order holds a place, None if it does not today.

    An order that has come holds nothing: the place is invoiced, and its invoice is due.
    """
    if po_number or promised_until is None or promised_until < today:
        return None
    return promised_until


def is_order_late(po_number: str, promised_until: date | None, today: date) -> bool:
    """Whether the day of a promised order has passed and the order has not come."""
    return not po_number and promised_until is not None and promised_until < today
