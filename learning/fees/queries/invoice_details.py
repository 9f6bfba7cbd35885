"""One invoice with what belongs to it: its credit note, what it replaces, what was paid of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application, Sponsorship
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentAllocation, PaymentMethod
from learning.fees.queries.balances import InvoiceBalance, invoices_of
from learning.fees.queries.payers import sponsored_agreements
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class ReceivedPart:
    """What a payment has paid of an invoice."""

    received_on: date
    amount: Money
    method: PaymentMethod


@dataclass(frozen=True, kw_only=True)
class InvoiceDetail:
    """An invoice with its balance; each of the others is None if there is none.

    `credited` is the invoice that a credit note takes back, `credit_note` that of an invoice,
    `replaces` the credited invoice of the same payer before it.
    """

    balance: InvoiceBalance
    credit_note: Invoice | None
    credited: Invoice | None
    replaces: Invoice | None
    received: Sequence[ReceivedPart]
    account_uid: str

    @property
    def invoice(self) -> Invoice:
        return self.balance.invoice


def invoice_detail(session: Session, invoice: Invoice) -> InvoiceDetail:
    """Return an invoice with what belongs to it, in three statements."""
    account = session.get_one(FeeAccount, invoice.fee_account_id)
    own = [
        each
        for each in invoices_of(session, [invoice.fee_account_id])
        if each.invoice.payer is invoice.payer
    ]
    earlier = [
        each.invoice
        for each in own
        if each.is_credited
        and each.invoice.id < invoice.id
        and each.invoice.kind is invoice.kind is InvoiceKind.INVOICE
    ]
    documents = [each.invoice for each in own]
    return InvoiceDetail(
        balance=next(each for each in own if each.invoice.id == invoice.id),
        credit_note=next((each for each in documents if each.credits_id == invoice.id), None),
        credited=next((each for each in documents if each.id == invoice.credits_id), None),
        replaces=earlier[-1] if earlier else None,
        received=_received(session, invoice),
        account_uid=account.uid,
    )


def _received(session: Session, invoice: Invoice) -> list[ReceivedPart]:
    rows = session.execute(
        select(Payment.received_on, PaymentAllocation.amount, Payment.method)
        .join(Payment, Payment.id == PaymentAllocation.payment_id)
        .where(PaymentAllocation.invoice_id == invoice.id)
        .order_by(Payment.received_on, PaymentAllocation.id)
    )
    return [
        ReceivedPart(received_on=received_on, amount=amount, method=method)
        for received_on, amount, method in rows
    ]


def participants_invoice(session: Session, uid: str, person_id: int) -> Invoice | None:
    """Return an invoice that a participant may see: one that they pay, for a place of theirs.

    They pay the sponsor's part, too, where no sponsor is known.
    """
    return session.scalar(
        select(Invoice)
        .join(FeeAgreement, FeeAgreement.id == Invoice.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .where(
            Invoice.uid == uid,
            Application.person_id == person_id,
            (Invoice.payer == Payer.PARTICIPANT)
            | Invoice.fee_agreement_id.not_in(sponsored_agreements()),
        )
    )


def sponsors_invoices(session: Session, sponsorship: Sponsorship) -> Sequence[Invoice]:
    """Return what was issued to a sponsor, the earliest first: nothing of what others pay."""
    rows = session.scalars(
        select(Invoice)
        .where(
            Invoice.payer == Payer.SPONSOR,
            Invoice.fee_agreement_id.in_(sponsored_agreements(sponsorship.id)),
        )
        .order_by(Invoice.id)
    )
    return rows.all()
