"""One invoice for the sponsor's part of several nominees of an edition.

Each line is an invoice of its own fee account, in one transaction with the others: balances,
bookings, credit notes and cancellations know lines alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learning.admissions.emails.sponsorships import SPONSORSHIP
from learning.admissions.models import Sponsorship
from learning.audit.actions import record
from learning.bank_formats.references import rf_reference
from learning.fees.commands.activation import activate_if_settled
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.invoice_emails import new_link
from learning.fees.commands.invoicing import INVOICES, IssueRequest, issue_document
from learning.fees.commands.number_series import take_number
from learning.fees.invoice_models import InvoiceKind, JointInvoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.problems import InvoiceProblem
from learning.fees.queries.accounts import latest_agreement_of, lock_accounts
from learning.fees.queries.invoice_sources import InvoiceSource, source_of
from learning.fees.queries.joint_invoices import (
    buyer_of,
    latest_due_day,
    waiting_account_ids,
)
from learning.fees.rules import invoice_content
from learning.kit.errors import RuleViolation
from learning.kit.time import day_in
from learning.mail.actions import EmailRequest, Recipient, enqueue_email

Place = tuple[FeeAccount, InvoiceSource]


def issue_joint_invoice(
    session: Session, sponsorship: Sponsorship, *, by: int | None, now: datetime
) -> JointInvoice:
    """Issue one invoice for all nominees who are accepted and not invoiced, and e-mail it.

    At most 50 places; the others are for another invoice. What was paid before counts, and a
    place that is settled by that is activated. Two requests at once issue one invoice. Raise
    RuleViolation if no place waits, or details of the centre or the address are incomplete.
    """
    lock_accounts(session, waiting_account_ids(session, sponsorship.id))
    ids = waiting_account_ids(session, sponsorship.id)  # what another request has left
    if not ids:
        raise RuleViolation(InvoiceProblem.NO_PLACES)
    places = _places(session, lock_accounts(session, ids))
    if not places:
        raise RuleViolation(InvoiceProblem.INCOMPLETE)
    joint = _issue(session, sponsorship, places, by=by, now=now)
    for position, (account, source) in enumerate(places, 1):
        request = IssueRequest(
            kind=InvoiceKind.INVOICE, by=by, now=now, joint=joint, position=position
        )
        issue_document(session, account, source, request)
    for account, _ in places:
        allocate_payments(session, account)
        activate_if_settled(session, account, now=now)
    _send(session, joint, places[0][1], now=now)
    subject = f"joint invoice {joint.id}"
    detail = {"number": joint.number, "amount": str(joint.total), "places": len(places)}
    record(session, "joint invoice issued", subject, by=by, now=now, **detail)
    return joint


def _places(session: Session, accounts: dict[int, FeeAccount]) -> Sequence[Place]:
    """Return the accounts whose sponsor's part can be invoiced, of the currency of the first."""
    places: list[Place] = []
    for account_id in sorted(accounts):
        account = accounts[account_id]
        source = source_of(session, latest_agreement_of(session, account), Payer.SPONSOR)
        if source is not None and source.is_complete:
            places.append((account, source))
    return [
        (account, source)
        for account, source in places
        if source.line.amount.currency == places[0][1].line.amount.currency
    ]


def _issue(
    session: Session,
    sponsorship: Sponsorship,
    places: Sequence[Place],
    *,
    by: int | None,
    now: datetime,
) -> JointInvoice:
    """Insert the joint invoice: its buyer is the address of the latest acceptance."""
    sources = [source for _, source in places]
    latest = max(sources, key=lambda each: each.agreement.id)
    if latest.sides is None:
        raise RuleViolation(InvoiceProblem.INCOMPLETE)
    seller, party = latest.sides
    number = take_number(session, INVOICES, day_in(latest.edition.zone, now))
    due = [invoice_content.due_day(number.issued_on, source.window) for source in sources]
    joint = JointInvoice(
        number=number.text,
        edition_id=latest.edition.id,
        sponsorship_id=sponsorship.id,
        total=invoice_content.total_of([source.line for source in sources]),
        issued_on=number.issued_on,
        due_on=latest_due_day(due),
        reference=rf_reference(number.text),
        language=latest.addressee.language,
        seller=invoice_content.seller_text(seller),
        buyer=invoice_content.buyer_text(buyer_of(session, latest, party)),
        issued_at=now,
        issued_by_id=by,
    )
    session.add(joint)
    session.flush()  # its lines refer to it by id
    return joint


def _send(session: Session, joint: JointInvoice, source: InvoiceSource, *, now: datetime) -> None:
    """Send the invoice to the contact of the sponsor: a new link to its page, and the PDF."""
    link = new_link(session, joint.sponsorship_id, now=now)
    params: dict[str, Any] = {
        "joint": joint.id,
        "kind": InvoiceKind.INVOICE.value,
        "number": joint.number,
        "path": f"/sponsor/{link}/fees/invoices/{joint.uid}",
        "minor": joint.total.minor,
        "currency": joint.total.currency,
        "due_on": joint.due_on.isoformat(),
    }
    to = source.addressee
    recipient = Recipient(
        email=to.email, name=to.name, language=joint.language, zone=source.edition.zone
    )
    email = EmailRequest(
        kind="fees.joint-invoice-issued",
        params=params,
        category=SPONSORSHIP,
        thread=f"sponsor billing {joint.sponsorship_id}",
    )
    enqueue_email(session, recipient, email, now=now)
