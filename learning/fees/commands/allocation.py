"""Allocations: which payment pays which invoice, kept with the rows that say so.

They follow from invoices and payments alone (`fees.rules.balances.allocate`), so they are computed
again after each of these changes, under the lock of the account.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.fees.invoice_models import InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentAllocation
from learning.fees.queries.balances import invoices_of, payments_of
from learning.fees.rules.balances import Part, allocate
from learning.kit.database import bulk_insert
from learning.kit.money import Money


def allocate_payments(session: Session, account: FeeAccount) -> None:
    """Let the payments of a locked account pay its invoices, by payer, first in, first out.

    Call it after a payment, a refund, an invoice, a charge or a credit note.
    """
    session.flush()
    invoices, payments = invoices_of(session, [account.id]), payments_of(session, [account.id])
    parts: set[Part] = set()
    for payer in Payer:
        parts |= set(
            allocate(
                [
                    (each.invoice.id, each.invoice.total.minor)
                    for each in invoices
                    if each.invoice.payer is payer
                    and each.invoice.kind is not InvoiceKind.CREDIT_NOTE
                    and not each.is_credited
                ],
                [(each.id, _usable(each)) for each in payments if each.payer is payer],
            )
        )
    _store(session, account, payments, parts)


def _usable(payment: Payment) -> int:
    """Return what of a payment can pay invoices, in minor units."""
    return 0 if payment.reversed_at else payment.amount.minor - payment.refunded_minor


def _store(
    session: Session, account: FeeAccount, payments: list[Payment], parts: set[Part]
) -> None:
    """Delete the allocations that hold no more, insert those that are new."""
    currencies = {each.id: each.amount.currency for each in payments}
    stored = {
        Part(payment_id=row.payment_id, invoice_id=row.invoice_id, minor=row.amount.minor): row.id
        for row in session.scalars(
            select(PaymentAllocation).where(PaymentAllocation.payment_id.in_(currencies))
        )
    }
    ended = [row_id for part, row_id in stored.items() if part not in parts]
    if ended:
        session.execute(delete(PaymentAllocation).where(PaymentAllocation.id.in_(ended)))
    new = sorted(parts - stored.keys(), key=lambda part: (part.payment_id, part.invoice_id))
    rows = [
        PaymentAllocation(
            edition_id=account.edition_id,
            payment_id=part.payment_id,
            invoice_id=part.invoice_id,
            amount=Money(part.minor, currencies[part.payment_id]),
        )
        for part in new
    ]
    bulk_insert(session, rows)
