"""The list of invoices for finance: by state and words, a page at a time, in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.payment_models import PaymentAllocation
from learning.fees.queries.days import day_of_edition
from learning.kit.folding import sort_key
from learning.kit.money import Money

PAGE_SIZE = 50
MAX_WORDS = 5
INVOICES, ALLOCATIONS = Invoice.__table__.c, PaymentAllocation.__table__.c
NOTE = aliased(Invoice)
PAID = (
    select(
        PaymentAllocation.invoice_id.label("invoice_id"),
        func.sum(ALLOCATIONS.amount_minor).label("minor"),
    )
    .group_by(PaymentAllocation.invoice_id)
    .subquery()
)
IS_CREDITED = NOTE.id.is_not(None)
PAID_MINOR = func.coalesce(PAID.c.minor, 0)
IS_OPEN = (Invoice.kind != InvoiceKind.CREDIT_NOTE) & ~IS_CREDITED
IS_OPEN &= INVOICES.total_minor > PAID_MINOR


class InvoiceTab(StrEnum):
    """Which invoices a list shows."""

    ALL = "all"
    OPEN = "open"
    OVERDUE = "overdue"
    CREDITED = "credited"  # credited invoices and their credit notes


@dataclass(frozen=True, kw_only=True)
class InvoiceFilter:
    """What a list shows, at a moment; `words` are in numbers, or in names of payers and people."""

    now: datetime
    tab: InvoiceTab = InvoiceTab.ALL
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class ListedInvoice:
    """One row of the list."""

    uid: str
    number: str
    kind: InvoiceKind
    payer: str
    person: str
    edition: str
    issued_on: date
    due_on: date | None
    total: Money
    paid: Money
    is_credited: bool
    is_overdue: bool

    @property
    def open(self) -> Money:
        """What is left to pay."""
        owes = self.kind is not InvoiceKind.CREDIT_NOTE and not self.is_credited
        return self.total - self.paid if owes else Money(0, self.total.currency)


def listed_invoices(
    session: Session, filters: InvoiceFilter, *, start: int = 0, limit: int | None = PAGE_SIZE
) -> Sequence[ListedInvoice]:
    """Return a part of the list, the latest first; all of it without a limit."""
    overdue = _is_overdue(filters.now)
    rows = session.execute(
        _joined(
            select(
                Invoice.uid,
                Invoice.number,
                Invoice.kind,
                BillingParty.__table__.c.name,
                Person.name.label("person"),
                Edition.code,
                Invoice.issued_on,
                Invoice.due_on,
                INVOICES.total_minor,
                INVOICES.total_currency,
                PAID_MINOR.label("paid"),
                case((IS_CREDITED, 1), else_=0).label("credited"),
                case((overdue, 1), else_=0).label("overdue"),
            )
        )
        .where(*_conditions(filters))
        .order_by(Invoice.id.desc())
        .offset(start)
        .limit(limit)
    )
    return [
        ListedInvoice(
            uid=row.uid,
            number=row.number,
            kind=row.kind,
            payer=row.name,
            person=row.person,
            edition=row.code,
            issued_on=row.issued_on,
            due_on=row.due_on,
            total=Money(row.total_minor, row.total_currency),
            paid=Money(int(row.paid), row.total_currency),
            is_credited=bool(row.credited),
            is_overdue=bool(row.overdue),
        )
        for row in rows
    ]


def count_invoices(session: Session, filters: InvoiceFilter) -> dict[InvoiceTab, int]:
    """Return how many invoices each tab has for the words of a filter, in one statement."""
    counted = [
        func.coalesce(func.sum(case((_of_tab(tab, filters.now), 1), else_=0)), 0)
        for tab in InvoiceTab
    ]
    words = _words(filters.words)
    row = session.execute(_joined(select(*counted)).where(*words)).one()
    return {tab: int(number) for tab, number in zip(InvoiceTab, row, strict=True)}


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(Invoice)
        .join(Edition, Edition.id == Invoice.edition_id)
        .join(BillingParty, BillingParty.id == Invoice.party_id)
        .join(FeeAgreement, FeeAgreement.id == Invoice.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(NOTE, NOTE.credits_id == Invoice.id)
        .outerjoin(PAID, PAID.c.invoice_id == Invoice.id)
    )


def _conditions(filters: InvoiceFilter) -> list[ColumnElement[bool]]:
    return [_of_tab(filters.tab, filters.now), *_words(filters.words)]


def _of_tab(tab: InvoiceTab, now: datetime) -> ColumnElement[bool]:
    of_tab = {
        InvoiceTab.ALL: true(),
        InvoiceTab.OPEN: IS_OPEN,
        InvoiceTab.OVERDUE: _is_overdue(now),
        InvoiceTab.CREDITED: IS_CREDITED | (Invoice.kind == InvoiceKind.CREDIT_NOTE),
    }
    return of_tab[tab]


def _is_overdue(now: datetime) -> ColumnElement[bool]:
    return IS_OPEN & (Invoice.due_on < day_of_edition(now))


def _words(typed: str) -> list[ColumnElement[bool]]:
    return [
        or_(
            Invoice.number.icontains(word, autoescape=True),
            BillingParty.__table__.c.name.icontains(word, autoescape=True),
            Person.sort_key.contains(sort_key(word), autoescape=True),
        )
        for word in typed.split()[:MAX_WORDS]
    ]
