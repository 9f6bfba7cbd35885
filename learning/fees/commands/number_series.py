"""Gapless numbers of documents, each series and year by itself."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from learning.fees.invoice_models import NumberSeries
from learning.fees.rules import invoice_content
from learning.kit.idempotency import insert_if_absent


@dataclass(frozen=True)
class IssuedNumber:
    """A number that was taken, and the day on which its document is issued."""

    text: str
    issued_on: date


def next_number(session: Session, series: str, issued_on: date) -> str:
    """Return the next number of a series in the year of a day: “R-2026-000061”."""
    return take_number(session, series, issued_on).text


def take_number(session: Session, series: str, day: date) -> IssuedNumber:
    """Take the next number of a series in the year of a day, and the day on which it is issued.

    The day of a series never goes back: if a later day was issued already, in a zone that is
    ahead, it is that one. The row stays locked until the transaction ends, and a rollback gives
    the number back: no number is missing, none is taken twice.
    """
    key = f"{series}-{day.year}"
    insert_if_absent(session, NumberSeries, key=key, next_number=1, last_issued_on=day)
    latest = case((NumberSeries.last_issued_on > day, NumberSeries.last_issued_on), else_=day)
    taken, issued_on = session.execute(
        update(NumberSeries)
        .where(NumberSeries.key == key)
        .values(next_number=NumberSeries.next_number + 1, last_issued_on=latest)
        .returning(NumberSeries.next_number - 1, NumberSeries.last_issued_on)
        .execution_options(synchronize_session=False)
    ).one()
    return IssuedNumber(invoice_content.number_text(series, day.year, taken), issued_on)
