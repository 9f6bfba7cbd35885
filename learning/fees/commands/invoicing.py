"""Issuing invoices and credit notes, with gapless numbers, and booking them in the ledger.

Callers hold the lock of the fee account (`accounts.lock_account`). The row of a number series is
locked after it, until the transaction ends: a transaction that credits and issues credits
first, so that two transactions never wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.audit.actions import record
from learning.bank_formats.references import rf_reference
from learning.catalogue.models import Edition
from learning.fees.commands.invoice_emails import send_invoice
from learning.fees.commands.number_series import IssuedNumber, take_number
from learning.fees.invoice_models import Invoice, InvoiceKind, JointInvoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.problems import InvoiceProblem
from learning.fees.queries.invoice_sources import (
    InvoiceSource,
    addressee_of,
    invoice_sources,
    source_of,
)
from learning.fees.queries.invoices import credit_note_of, uncredited_invoices
from learning.fees.queries.joint_invoices import buyer_of, waits_for_joint_invoice
from learning.fees.rules import invoice_content
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.kit.time import day_in
from learning.ledger.actions import Entry, Posting, post
from learning.ledger.models import LedgerAccount
from learning.ledger.rules import opposite

INVOICES, CREDIT_NOTES = "INV", "CN"
INCOME = {
    InvoiceKind.INVOICE: LedgerAccount.COURSE_FEES,
    InvoiceKind.CANCELLATION_CHARGE: LedgerAccount.CANCELLATION_CHARGES,
}


@dataclass(frozen=True, kw_only=True)
class NewCharge:
    """A cancellation charge: what one payer of an agreement owes for it."""

    agreement: FeeAgreement
    payer: Payer
    amount: Money
    by: int | None
    now: datetime


@dataclass(frozen=True, kw_only=True)
class IssueRequest:
    """What is issued, by whom and when; `position` is the line of a joint invoice, from 1."""

    kind: InvoiceKind
    by: int | None
    now: datetime
    joint: JointInvoice | None = None
    position: int | None = None


def issue_invoices(
    session: Session,
    account: FeeAccount,
    agreement: FeeAgreement,
    *,
    now: datetime,
    by: int | None = None,
) -> list[Invoice]:
    """Issue one invoice for each payer with a part of the agreed price, and e-mail it.

    A payer who has an invoice of this agreement that is not credited gets no second one. None is
    issued while the details of the centre or the payer's address are incomplete: the account is
    then to be invoiced (`invoice_sources` says for whom). The sponsor's part may wait for one
    invoice for several nominees (`waits_for_joint_invoice`).
    """
    invoiced = {
        each.payer
        for each in uncredited_invoices(session, account.id)
        if each.fee_agreement_id == agreement.id and each.kind is InvoiceKind.INVOICE
    }
    act = IssueRequest(kind=InvoiceKind.INVOICE, by=by, now=now)
    return [
        issue_document(session, account, source, act)
        for source in invoice_sources(session, agreement)
        if source.payer not in invoiced and source.is_complete
        if not waits_for_joint_invoice(session, account, source)
    ]


def issue_charge(session: Session, account: FeeAccount, charge: NewCharge) -> Invoice:
    """Issue the invoice of a cancellation charge, and e-mail it; it is due at once.

    Raise RuleViolation if the details of the centre or the payer's address are incomplete.
    """
    source = source_of(session, charge.agreement, charge.payer)
    if source is None or not source.is_complete:
        raise RuleViolation(InvoiceProblem.INCOMPLETE)
    charged = source.with_charge(charge.amount)
    act = IssueRequest(kind=InvoiceKind.CANCELLATION_CHARGE, by=charge.by, now=charge.now)
    return issue_document(session, account, charged, act)


def credit_invoice(session: Session, invoice: Invoice, *, by: int | None, now: datetime) -> Invoice:
    """Issue the credit note of an invoice or a cancellation charge, in full, and e-mail it.

    It repeats what the invoice says, and refers to it. Raise RuleViolation if the document is a
    credit note, or is credited already.
    """
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        raise RuleViolation(InvoiceProblem.CREDIT_NOTE)
    if credit_note_of(session, invoice) is not None:
        raise RuleViolation(InvoiceProblem.CREDITED)
    zone = session.get_one(Edition, invoice.edition_id).zone
    number = take_number(session, CREDIT_NOTES, day_in(zone, now))
    credit = Invoice(
        kind=InvoiceKind.CREDIT_NOTE,
        number=number.text,
        edition_id=invoice.edition_id,
        fee_account_id=invoice.fee_account_id,
        fee_agreement_id=invoice.fee_agreement_id,
        payer=invoice.payer,
        party_id=invoice.party_id,
        total=invoice.total,
        issued_on=number.issued_on,
        due_on=None,
        reference=None,
        language=invoice.language,
        seller=invoice.seller,
        buyer=invoice.buyer,
        lines=invoice.lines,
        issued_at=now,
        issued_by_id=by,
        credits_id=invoice.id,
    )
    session.add(credit)
    session.flush()  # ledger, e-mail and audit trail refer to it by id
    _book(session, credit, INCOME[invoice.kind], opposite(invoice.total))
    agreement = session.get_one(FeeAgreement, invoice.fee_agreement_id)
    send_invoice(session, credit, addressee_of(session, agreement, invoice.payer), zone, now=now)
    _record(session, credit, "invoice credited", credits=invoice.number)
    return credit


class Correction(Protocol):
    """Why a document is issued again, by whom and when."""

    @property
    def reason(self) -> str: ...
    @property
    def by(self) -> int: ...
    @property
    def now(self) -> datetime: ...


def issue_again(
    session: Session, credited: Invoice, party: BillingParty, correction: Correction
) -> Invoice:
    """Issue a credited invoice again to another party, and e-mail it; all else stays the same.

    It is due when the credited one was, but not before it is issued.
    """
    edition = session.get_one(Edition, credited.edition_id)
    number = take_number(session, INVOICES, day_in(edition.zone, correction.now))
    invoice = Invoice(
        kind=credited.kind,
        number=number.text,
        edition_id=credited.edition_id,
        fee_account_id=credited.fee_account_id,
        fee_agreement_id=credited.fee_agreement_id,
        payer=credited.payer,
        party_id=party.id,
        total=credited.total,
        issued_on=number.issued_on,
        due_on=max(number.issued_on, credited.due_on or number.issued_on),
        reference=rf_reference(number.text),
        language=credited.language,
        seller=credited.seller,
        buyer=invoice_content.buyer_text(party.details),
        lines=credited.lines,
        issued_at=correction.now,
        issued_by_id=correction.by,
        correction_reason=correction.reason,
    )
    session.add(invoice)
    session.flush()  # ledger, e-mail and audit trail refer to it by id
    _book(session, invoice, INCOME[invoice.kind], invoice.total)
    agreement = session.get_one(FeeAgreement, credited.fee_agreement_id)
    addressee = addressee_of(session, agreement, credited.payer)
    send_invoice(session, invoice, addressee, edition.zone, now=correction.now)
    _record(session, invoice, "invoice corrected", replaces=credited.number)
    return invoice


def issue_document(
    session: Session, account: FeeAccount, source: InvoiceSource, act: IssueRequest
) -> Invoice:
    """Issue the invoice of a complete source, book it, e-mail it, record it.

    A line of a joint invoice is not sent: the joint invoice is.
    """
    if source.sides is None:
        raise RuleViolation(InvoiceProblem.INCOMPLETE)
    (seller, party), joint = source.sides, act.joint
    number = _number(session, source, act)
    is_charge = act.kind is InvoiceKind.CANCELLATION_CHARGE
    due_on = joint.due_on if joint else invoice_content.due_day(number.issued_on, source.window)
    lines = (source.line,)
    invoice = Invoice(
        kind=act.kind,
        number=number.text,
        edition_id=source.edition.id,
        fee_account_id=account.id,
        fee_agreement_id=source.agreement.id,
        payer=source.payer,
        party_id=party.id,
        total=invoice_content.total_of(lines),
        issued_on=number.issued_on,
        due_on=number.issued_on if is_charge else due_on,
        reference=None if joint else rf_reference(number.text),
        language=source.addressee.language,
        seller=invoice_content.seller_text(seller),
        buyer=joint.buyer
        if joint
        else invoice_content.buyer_text(buyer_of(session, source, party)),
        lines=invoice_content.lines_text(lines),
        issued_at=act.now,
        issued_by_id=act.by,
        joint_id=joint.id if joint else None,
        position=act.position,
    )
    session.add(invoice)
    session.flush()  # ledger, e-mail and audit trail refer to it by id
    _book(session, invoice, INCOME[act.kind], invoice.total)
    if joint is None:
        send_invoice(session, invoice, source.addressee, source.edition.zone, now=act.now)
    _record(session, invoice, "charge issued" if is_charge else "invoice issued")
    return invoice


def _number(session: Session, source: InvoiceSource, act: IssueRequest) -> IssuedNumber:
    """Take the number of a document; a line of a joint invoice has that of the invoice."""
    if act.joint is None:
        return take_number(session, INVOICES, day_in(source.edition.zone, act.now))
    return IssuedNumber(f"{act.joint.number}/{act.position}", act.joint.issued_on)


def _book(session: Session, document: Invoice, income: LedgerAccount, amount: Money) -> None:
    """Post what a document adds to the receivables, or (negative) takes from them."""
    account = f"account {document.fee_account_id}"
    posting = Posting(
        key=f"invoice {document.id}",
        kind=document.kind.value,
        subject=f"invoice {document.id}",
        occurred_on=document.issued_on,
        entries=[
            Entry(LedgerAccount.RECEIVABLES, amount, account),
            Entry(income, opposite(amount)),
        ],
        by=document.issued_by_id,
        now=document.issued_at,
        edition_id=document.edition_id,
    )
    post(session, posting)


def _record(session: Session, document: Invoice, action: str, **detail: object) -> None:
    by, now = document.issued_by_id, document.issued_at
    detail |= {"number": document.number, "amount": str(document.total)}
    record(session, action, f"invoice {document.id}", by=by, now=now, **detail)
