"""Reminders of open invoices: by the schedule, each in its own transaction, or by finance now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import recipient_of
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.emails.sponsorships import SPONSORSHIP
from learning.admissions.models import Application
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice, JointInvoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.problems import ReminderProblem
from learning.fees.queries.accounts import lock_account
from learning.fees.queries.balances import InvoiceBalance
from learning.fees.queries.bank_data import bank_data_now
from learning.fees.queries.joint_invoices import joint_of
from learning.fees.queries.open_invoices import open_query
from learning.fees.queries.payers import sponsorship_of
from learning.fees.queries.proofs import days_of_proofs
from learning.fees.queries.settlements import valid_settlement
from learning.fees.reminder_models import InvoiceReminder
from learning.fees.rules.bank_data import account_to_pay
from learning.fees.rules.invoice_content import seller_of
from learning.fees.rules.reminders import ReminderStep, may_remind, rests, step_on
from learning.kit.errors import RuleViolation
from learning.kit.time import day_in
from learning.mail.actions import EmailRequest, Recipient, enqueue_email
from learning.mail.categories import CRITICAL, EmailCategory

INVOICE_REMINDER = "fees.invoice-reminder"
Sent = Mapping[ReminderStep, date]


@dataclass(frozen=True, kw_only=True)
class _ToPay:
    """What is reminded of: an open invoice, or the first line to pay of a joint one.

    `lines` are all lines to pay of the joint invoice, [] without one.
    """

    invoice: Invoice
    row: Row[*tuple[Any, ...]]
    lines: Sequence[InvoiceBalance]

    @property
    def minor(self) -> int:
        """What is open of the whole document, without lines that are settled."""
        return int(sum(each.open.minor for each in self.lines)) or self.row.open_minor


def remind_by_schedule(session: Session, invoice_id: int, *, now: datetime) -> bool:
    """Send the reminder of an invoice whose day has come; return whether one was sent.

    The account is locked and everything is read again: nobody is reminded of what was paid or
    settled meanwhile, nor twice.
    """
    invoice = session.get_one(Invoice, invoice_id)
    lock_account(session, invoice.fee_account_id)
    lines = _lines_to_pay(session, invoice)
    if lines and lines[0].invoice.id != invoice.id:
        return False  # one reminder of a joint invoice, by the first line to pay
    row = _open_row(session, invoice)
    if row is None or invoice.due_on is None or _is_settled(session, invoice):
        return False
    day = day_in(row.zone, now)
    proofs = days_of_proofs(session, session.scalars(_same_document(invoice)).all())
    if rests(day, max(proofs.values(), default=None)):
        return False
    step = step_on(
        day, due_on=invoice.due_on, issued_on=invoice.issued_on, sent=_sent(session, invoice)
    )
    if step is None:
        return False
    return _send(session, _ToPay(invoice=invoice, row=row, lines=lines), InvoiceReminder(
        edition_id=invoice.edition_id, invoice_id=invoice.id, step=step, sent_on=day, sent_at=now,
        sent_by_id=None,
    ))  # fmt: skip


def remind_now(session: Session, invoice: Invoice, *, by: int, now: datetime) -> None:
    """Send a reminder of an open invoice at once.

    Raises RuleViolation with a `ReminderProblem` if nothing is open, if the invoice or the latest
    reminder is only days old, or if nobody's address is known.
    """
    lock_account(session, invoice.fee_account_id)
    lines = _lines_to_pay(session, invoice)
    invoice = lines[0].invoice if lines else invoice
    row = _open_row(session, invoice)
    if row is None:
        raise RuleViolation(ReminderProblem.NOT_OPEN)
    day = day_in(row.zone, now)
    if not may_remind(day, issued_on=invoice.issued_on, sent=_sent(session, invoice)):
        raise RuleViolation(ReminderProblem.TOO_SOON)
    reminder = InvoiceReminder(
        edition_id=invoice.edition_id, invoice_id=invoice.id, step=ReminderStep.MANUAL,
        sent_on=day, sent_at=now, sent_by_id=by,
    )  # fmt: skip
    if not _send(session, _ToPay(invoice=invoice, row=row, lines=lines), reminder):
        raise RuleViolation(ReminderProblem.NO_ADDRESS)


def _open_row(session: Session, invoice: Invoice) -> Row[*tuple[Any, ...]] | None:
    return session.execute(open_query().where(Invoice.id == invoice.id)).one_or_none()


def _same_document(invoice: Invoice) -> Select[int]:
    """Return the id of the invoice, or of all lines of its joint invoice, as a query."""
    own = Invoice.id == invoice.id
    return select(Invoice.id).where(
        own if invoice.joint_id is None else Invoice.joint_id == invoice.joint_id
    )


def _lines_to_pay(session: Session, invoice: Invoice) -> list[InvoiceBalance]:
    """Return the lines of its joint invoice that are open and not settled, [] without one."""
    joint = joint_of(session, invoice)
    open_lines = [each for each in joint.lines if each.open.minor > 0] if joint else []
    return [each for each in open_lines if not _is_settled(session, each.invoice)]


def _is_settled(session: Session, invoice: Invoice) -> bool:
    """Whether a settlement holds: a second person has approved that no payment is needed now.

    One that was approved for another price or other payers silences nothing.
    """
    account = session.get_one(FeeAccount, invoice.fee_account_id)
    return valid_settlement(session, account) is not None


def _sent(session: Session, invoice: Invoice) -> Sent:
    rows = session.execute(
        select(InvoiceReminder.step, func.max(InvoiceReminder.sent_on))
        .where(InvoiceReminder.invoice_id.in_(_same_document(invoice)))
        .group_by(InvoiceReminder.step)
    )
    return {row[0]: row[1] for row in rows}


def _send(session: Session, to_pay: _ToPay, reminder: InvoiceReminder) -> bool:
    """Enqueue the e-mail and store the reminder; False if no address is known."""
    invoice = to_pay.invoice
    application = _application_of(session, invoice)
    found = _recipient(session, invoice, application, to_pay.row.zone)
    if found is None:
        return False
    to, category = found
    request = EmailRequest(
        kind=INVOICE_REMINDER,
        params=_params(session, to_pay, application, reminder.step),
        category=category,
        thread=f"invoice-{invoice.uid}",
    )
    enqueue_email(session, to, request, now=reminder.sent_at)
    session.add(reminder)
    session.flush()
    record(
        session,
        "invoice reminder sent",
        f"invoice {invoice.id}",
        by=reminder.sent_by_id,
        now=reminder.sent_at,
        number=invoice.number,
        step=reminder.step,
    )
    return True


def _application_of(session: Session, invoice: Invoice) -> Application:
    agreement = session.get_one(FeeAgreement, invoice.fee_agreement_id)
    return session.get_one(Application, agreement.application_id)


def _recipient(
    session: Session, invoice: Invoice, application: Application, zone: str
) -> tuple[Recipient, EmailCategory] | None:
    """Return the payer: the person of the place, or the contact of their sponsor."""
    if invoice.payer is Payer.PARTICIPANT:
        person = session.get_one(Person, application.person_id)
        return None if person.closed_at else (recipient_of(person), CRITICAL)
    agreement = session.get_one(FeeAgreement, invoice.fee_agreement_id)
    sponsorship = sponsorship_of(session, agreement)
    if sponsorship is None or not sponsorship.contact_email:
        return None
    contact = Recipient(
        email=sponsorship.contact_email,
        name=sponsorship.contact_name,
        language=sponsorship.language,
        zone=zone,
    )
    return contact, SPONSORSHIP


def _params(
    session: Session, to_pay: _ToPay, application: Application, step: ReminderStep
) -> dict[str, object]:
    invoice, row = to_pay.invoice, to_pay.row
    account = account_to_pay(seller_of(invoice.seller), bank_data_now(session))
    edition = session.get_one(Edition, invoice.edition_id)
    joint = session.get(JointInvoice, invoice.joint_id) if invoice.joint_id else None
    document = joint or invoice
    return {
        "number": document.number,
        "open": [to_pay.minor, row.total_currency],
        "due_on": row.due_on.isoformat(),
        "starts_on": edition.starts_on.isoformat(),
        "before": step is ReminderStep.BEFORE_DUE,
        "reference": document.reference or document.number,
        "name": account.seller.name,
        "iban": account.seller.iban,
        "is_new_account": account.is_new,
        "application": application.reference if invoice.payer is Payer.PARTICIPANT else "",
    }
