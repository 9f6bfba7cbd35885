"""Balances of fee accounts and of their invoices, for any number in a fixed number of statements.

Nothing here is stored: “paid” and “overdue” follow from the rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from learning.admissions.agreement_models import FeeAgreement
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment, PaymentAllocation
from learning.fees.rules.balances import AccountBalance, BalanceItem, account_balance
from learning.kit.money import Money

INVOICES, PAYMENTS = Invoice.__table__.c, Payment.__table__.c
ALLOCATIONS = PaymentAllocation.__table__.c
AGREEMENTS = FeeAgreement.__table__.c
ITEM_OF = {
    InvoiceKind.INVOICE: BalanceItem.INVOICED,
    InvoiceKind.CREDIT_NOTE: BalanceItem.CREDITED,
    InvoiceKind.CANCELLATION_CHARGE: BalanceItem.CHARGED,
}
# Built once: building costs more than the database does.
ACCOUNTS: BindParameter[Collection[int]] = bindparam("accounts", expanding=True)
_SUMS = union_all(
    select(
        FeeAccount.id.label("account_id"),
        literal("").label("payer"),
        AGREEMENTS.price_currency.label("item"),
        literal(0).label("minor"),
    )
    .join(FeeAgreement, AGREEMENTS.id == FeeAccount.fee_agreement_id)
    .where(FeeAccount.id.in_(ACCOUNTS)),
    select(
        Invoice.fee_account_id,
        type_coerce(Invoice.payer, Text),
        type_coerce(Invoice.kind, Text),
        func.sum(INVOICES.total_minor),
    )
    .where(Invoice.fee_account_id.in_(ACCOUNTS))
    .group_by(Invoice.fee_account_id, Invoice.payer, Invoice.kind),
    select(
        Payment.fee_account_id,
        type_coerce(Payment.payer, Text),
        literal(BalanceItem.RECEIVED.value),
        func.sum(case((Payment.reversed_at.is_(None), PAYMENTS.amount_minor), else_=0)),
    )
    .where(Payment.fee_account_id.in_(ACCOUNTS))
    .group_by(Payment.fee_account_id, Payment.payer),
    select(
        Payment.fee_account_id,
        type_coerce(Payment.payer, Text),
        literal(BalanceItem.REFUNDED.value),
        func.sum(Payment.refunded_minor),
    )
    .where(Payment.fee_account_id.in_(ACCOUNTS))
    .group_by(Payment.fee_account_id, Payment.payer),
)


def balances_of(session: Session, account_ids: Collection[int]) -> dict[int, AccountBalance]:
    """Return the balance of each of some accounts, by id, in one statement.

    An account without an invoice or a payment has a balance of zeros.
    """
    currencies: dict[int, str] = {}
    sums: dict[int, list[tuple[str, BalanceItem, int]]] = defaultdict(list)
    for account_id, payer, item, minor in session.execute(_SUMS, {"accounts": account_ids}):
        if payer == "":
            currencies[account_id] = item
        else:
            known = ITEM_OF[InvoiceKind(item)] if item in set(InvoiceKind) else BalanceItem(item)
            sums[account_id].append((payer, known, int(minor)))
    return {each: account_balance(currencies[each], sums[each]) for each in currencies}


def balance_of(session: Session, account: FeeAccount) -> AccountBalance:
    """Return the balance of one account."""
    return balances_of(session, [account.id])[account.id]


@dataclass(frozen=True, kw_only=True)
class InvoiceBalance:
    """An invoice, what payments have paid of it, and whether a credit note takes it back.

    A credited invoice has nothing open; neither has a credit note.
    """

    invoice: Invoice
    paid: Money
    is_credited: bool

    @property
    def is_of_fee(self) -> bool:
        """Whether it invoices the fee and is not credited: no charge, no credit note."""
        return self.invoice.kind is InvoiceKind.INVOICE and not self.is_credited

    @property
    def open(self) -> Money:
        """What is left to pay."""
        if self.is_credited or self.invoice.kind is InvoiceKind.CREDIT_NOTE:
            return Money(0, self.paid.currency)
        return self.invoice.total - self.paid


def invoiced_fee(invoices: Iterable[InvoiceBalance]) -> int:
    """Return what of a fee is invoiced and not credited, in minor units."""
    return sum(each.invoice.total.minor for each in invoices if each.is_of_fee)


def paid_minor() -> ColumnElement[int]:
    """Return what payments have paid of an invoice, in minor units, for a query of invoices."""
    own = select(func.coalesce(func.sum(ALLOCATIONS.amount_minor), 0))
    return own.where(PaymentAllocation.invoice_id == Invoice.id).scalar_subquery()


def is_credited() -> ColumnElement[bool]:
    """Return whether an invoice is credited, for a query of invoices."""
    note = aliased(Invoice)
    return select(note.id).where(note.credits_id == Invoice.id).exists()


def with_balance() -> Select[Invoice, int, bool]:
    """Return the query of invoices with what is paid of each and whether it is credited."""
    return select(Invoice, paid_minor(), is_credited())


def invoices_of(session: Session, account_ids: Collection[int]) -> list[InvoiceBalance]:
    """Return all invoices, charges and credit notes of some accounts, in order of issue."""
    rows = session.execute(
        with_balance()
        .where(Invoice.fee_account_id.in_(account_ids))
        .order_by(Invoice.issued_on, Invoice.id)
    )
    return [
        InvoiceBalance(
            invoice=invoice, paid=Money(paid, invoice.total.currency), is_credited=credited
        )
        for invoice, paid, credited in rows
    ]


def payments_of(session: Session, account_ids: Collection[int]) -> list[Payment]:
    """Return the payments of some accounts, reversed ones included, in order of receipt."""
    rows = select(Payment).where(Payment.fee_account_id.in_(account_ids))
    return list(session.scalars(rows.order_by(Payment.received_on, Payment.id)))
