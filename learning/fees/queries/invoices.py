"""Invoices as they were issued, and what belongs to one."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from learning.fees.invoice_models import Invoice, InvoiceKind


def invoice_by_uid(session: Session, uid: str) -> Invoice | None:
    return session.scalar(select(Invoice).where(Invoice.uid == uid))


def credit_note_of(session: Session, invoice: Invoice) -> Invoice | None:
    """Return the credit note of an invoice, None if it has none."""
    return session.scalar(select(Invoice).where(Invoice.credits_id == invoice.id))


def uncredited_invoices(session: Session, fee_account_id: int) -> Sequence[Invoice]:
    """Return the invoices and cancellation charges of a fee account that are not credited.

    The earliest first.
    """
    credit = aliased(Invoice)
    rows = session.scalars(
        select(Invoice)
        .where(
            Invoice.fee_account_id == fee_account_id,
            Invoice.kind != InvoiceKind.CREDIT_NOTE,
            ~exists().where(credit.credits_id == Invoice.id),
        )
        .order_by(Invoice.id)
    )
    return rows.all()
