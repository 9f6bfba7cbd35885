"""Invoices that are not paid: how much is open of each, for how long, whether it was reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session, aliased

from learning.admissions.billing_models import BillingParty
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import PaymentAllocation
from learning.fees.queries.days import day_of_edition
from learning.fees.reminder_models import InvoiceReminder
from learning.fees.rules.reminders import ReminderStep, days_overdue, may_remind
from learning.kit.money import Money
from learning.kit.time import day_in

INVOICES, ALLOCATIONS = Invoice.__table__.c, PaymentAllocation.__table__.c
CREDIT_NOTE = aliased(Invoice)
PAID = (
    select(
        PaymentAllocation.invoice_id.label("invoice_id"),
        cast(func.sum(ALLOCATIONS.amount_minor), BigInteger).label("minor"),
    )
    .group_by(PaymentAllocation.invoice_id)
    .subquery()
)
OPEN_MINOR = INVOICES.total_minor - func.coalesce(PAID.c.minor, 0)
REMINDED = (
    select(
        InvoiceReminder.invoice_id.label("invoice_id"),
        func.max(InvoiceReminder.sent_on).label("reminded_on"),
    )
    .group_by(InvoiceReminder.invoice_id)
    .subquery()
)


def with_open_amount(*columns: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    """Return the query of invoices and charges that no credit note takes back.

    `PAID` and the edition are joined.
    """
    return (
        select(*columns)
        .select_from(Invoice)
        .join(Edition, Edition.id == Invoice.edition_id)
        .outerjoin(PAID, PAID.c.invoice_id == Invoice.id)
        .outerjoin(CREDIT_NOTE, CREDIT_NOTE.credits_id == Invoice.id)
        .where(Invoice.kind != InvoiceKind.CREDIT_NOTE, CREDIT_NOTE.id.is_(None))
    )


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Return whether an invoice is open after its due day, in the zone of its edition."""
    return (OPEN_MINOR > 0) & (Invoice.due_on < day_of_edition(now))


@dataclass(frozen=True, kw_only=True)
class OpenInvoice:
    """An invoice with what is open of it; `days` is for how many days it is overdue.

    `may_remind` is whether a reminder can be sent today.
    """

    uid: str
    number: str
    account_uid: str
    name: str
    payer: Payer
    edition: str
    total: Money
    open: Money
    issued_on: date
    due_on: date | None
    days: int
    reminded_on: date | None
    may_remind: bool


COLUMNS = (
    Invoice.id,
    Invoice.uid,
    Invoice.number,
    FeeAccount.uid.label("account_uid"),
    BillingParty.__table__.c.name,
    Invoice.payer,
    Edition.code,
    Edition.zone,
    INVOICES.total_minor,
    INVOICES.total_currency,
    OPEN_MINOR.label("open_minor"),
    Invoice.issued_on,
    Invoice.due_on,
    REMINDED.c.reminded_on,
)


def open_query() -> Select[*tuple[Any, ...]]:
    """Return the query of open invoices with the columns of `OpenInvoice`, the oldest due first."""
    return (
        with_open_amount(*COLUMNS)
        .join(FeeAccount, FeeAccount.id == Invoice.fee_account_id)
        .join(BillingParty, BillingParty.id == Invoice.party_id)
        .outerjoin(REMINDED, REMINDED.c.invoice_id == Invoice.id)
        .where(OPEN_MINOR > 0)
        .order_by(Invoice.due_on, Invoice.id)
    )


def open_invoice_of(row: Row[*tuple[Any, ...]], now: datetime) -> OpenInvoice:
    """Return a row of `open_query`, with the days since its due day in its edition's zone."""
    today, sent = day_in(row.zone, now), {}
    if row.reminded_on is not None:
        sent[ReminderStep.MANUAL] = row.reminded_on
    return OpenInvoice(
        uid=row.uid,
        number=row.number,
        account_uid=row.account_uid,
        name=row.name,
        payer=row.payer,
        edition=row.code,
        total=Money(row.total_minor, row.total_currency),
        open=Money(row.open_minor, row.total_currency),
        issued_on=row.issued_on,
        due_on=row.due_on,
        days=days_overdue(today, row.due_on) if row.due_on else 0,
        reminded_on=row.reminded_on,
        may_remind=may_remind(today, issued_on=row.issued_on, sent=sent),
    )


def overdue_invoices(session: Session, *, now: datetime, limit: int) -> Sequence[OpenInvoice]:
    """Return the invoices that are overdue for longest, in one statement."""
    rows = session.execute(open_query().where(is_overdue(now)).limit(limit))
    return [open_invoice_of(row, now) for row in rows]


def open_invoices(session: Session, *, now: datetime) -> list[OpenInvoice]:
    """Return all open invoices, the oldest due first, in one statement.

    They are read in parts of a thousand rows; what is left of each is a few words.
    """
    rows = session.execute(open_query().execution_options(yield_per=1000))
    return [open_invoice_of(row, now) for row in rows]


def invoice_by_uid(session: Session, uid: str) -> Invoice | None:
    """Return the invoice with a uid, None if there is none."""
    return session.scalar(select(Invoice).where(Invoice.uid == uid))
