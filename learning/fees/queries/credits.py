"""Credits: what payers have paid too much, account by account, for any number of accounts.

A credit is what is left of the payments once they have paid the invoices. A place that is not
invoiced yet has none to give back: its payments wait for the invoice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentAllocation
from learning.fees.queries.overview import uninvoiced_accounts
from learning.kit.money import Money

PAYMENTS, ALLOCATIONS = Payment.__table__.c, PaymentAllocation.__table__.c
ALLOCATED = (
    select(
        PaymentAllocation.payment_id.label("payment_id"),
        cast(func.sum(ALLOCATIONS.amount_minor), BigInteger).label("minor"),
    )
    .group_by(PaymentAllocation.payment_id)
    .subquery()
)
LEFT = PAYMENTS.amount_minor - PAYMENTS.refunded_minor - func.coalesce(ALLOCATED.c.minor, 0)
CREDIT_NOTE = aliased(Invoice)


@dataclass(frozen=True, kw_only=True)
class Credit:
    """What one payer of an account has to their credit, and since when at most."""

    account_uid: str
    name: str
    edition: str
    payer: Payer
    amount: Money
    since: datetime


def credits_query() -> Select[*tuple[Any, ...]]:
    """Return the query of credits by account and payer, in any order.

    Columns: name, uid, code, payer, minor, currency, since, id. `since` is when the last payment
    was recorded or the last credit note issued, whichever is later.
    """
    left = (
        select(
            Payment.fee_account_id.label("account_id"),
            Payment.payer.label("payer"),
            PAYMENTS.amount_currency.label("currency"),
            cast(func.sum(LEFT), BigInteger).label("minor"),
            func.max(Payment.recorded_at).label("recorded_at"),
        )
        .outerjoin(ALLOCATED, ALLOCATED.c.payment_id == Payment.id)
        .where(Payment.reversed_at.is_(None))
        .group_by(Payment.fee_account_id, Payment.payer, PAYMENTS.amount_currency)
        .having(func.sum(LEFT) > 0)
        .subquery()
    )
    column = left.c
    credited_at = (
        select(func.max(CREDIT_NOTE.issued_at))
        .where(
            CREDIT_NOTE.fee_account_id == column.account_id,
            CREDIT_NOTE.payer == column.payer,
            CREDIT_NOTE.kind == InvoiceKind.CREDIT_NOTE,
            CREDIT_NOTE.issued_at > column.recorded_at,
        )
        .scalar_subquery()
    )
    uninvoiced = uninvoiced_accounts().subquery().c
    return (
        select(
            Person.name,
            FeeAccount.uid,
            Edition.code,
            column.payer,
            column.minor,
            column.currency,
            func.coalesce(credited_at, column.recorded_at).label("since"),
            FeeAccount.id,
        )
        .select_from(FeeAccount)
        .join(left, column.account_id == FeeAccount.id)
        .join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == FeeAccount.edition_id)
        .where(FeeAccount.id.not_in(select(uninvoiced.id)))
    )


def listed_credits(session: Session, *, start: int, limit: int) -> list[Credit]:
    """Return a part of the credits, those that wait for longest first, in one statement."""
    found = credits_query()
    since = found.selected_columns["since"]
    rows = session.execute(
        found.order_by(since, FeeAccount.id, found.selected_columns["payer"])
        .offset(start)
        .limit(limit)
    )
    return [
        Credit(
            account_uid=row.uid,
            name=row.name,
            edition=row.code,
            payer=Payer(row.payer),
            amount=Money(int(row.minor), row.currency),
            since=row.since,
        )
        for row in rows
    ]


def credit_sums(session: Session) -> Sequence[tuple[str, int, int]]:
    """Return how many credits there are and what they sum to: currency, number, minor units."""
    each = credits_query().subquery().c
    sums = select(each.currency, func.count(), func.sum(each.minor)).group_by(each.currency)
    return [(currency, number, int(minor)) for currency, number, minor in session.execute(sums)]


def is_uninvoiced(session: Session, account: FeeAccount) -> bool:
    """Whether a part of the price is still to be invoiced: what was paid waits for it."""
    own = uninvoiced_accounts().where(FeeAccount.id == account.id)
    return session.execute(own).first() is not None
