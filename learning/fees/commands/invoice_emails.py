"""The e-mail of an invoice or a credit note, to its payer."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learning.accounts.rules import token_hash
from learning.admissions.emails.sponsorships import SPONSORSHIP
from learning.fees.invoice_models import Invoice, InvoiceLink
from learning.fees.queries.invoice_sources import Addressee
from learning.mail.actions import EmailRequest, Recipient, enqueue_email
from learning.mail.categories import CRITICAL

LINK_LIFETIME = timedelta(days=400)
"""So long a sponsor's link opens its invoices: a course, and a year to settle what is open."""


def send_invoice(
    session: Session, invoice: Invoice, to: Addressee, zone: str, *, now: datetime
) -> None:
    """Send what was issued: with a link to its page, and the PDF attached.

    A participant reads it in their account. The contact of a sponsor has none: its link is new.
    """
    path, category = f"/invoices/{invoice.uid}", CRITICAL
    if to.sponsorship_id is not None:
        category = SPONSORSHIP
        path = f"/sponsor/invoices/{new_link(session, to.sponsorship_id, now=now)}/{invoice.uid}"
    params: dict[str, Any] = {
        "invoice": invoice.id,
        "kind": invoice.kind.value,
        "number": invoice.number,
        "path": path,
        "minor": invoice.total.minor,
        "currency": invoice.total.currency,
        "due_on": invoice.due_on.isoformat() if invoice.due_on else "",
    }
    recipient = Recipient(email=to.email, name=to.name, language=invoice.language, zone=zone)
    thread = f"fee account {invoice.fee_account_id}"
    email = EmailRequest(
        kind="fees.invoice-issued", params=params, category=category, thread=thread
    )
    enqueue_email(session, recipient, email, now=now)


def new_link(session: Session, sponsorship_id: int, *, now: datetime) -> str:
    """Add a link to the invoices of a sponsorship; return its token, which is stored nowhere."""
    token = secrets.token_urlsafe(24)
    session.add(
        InvoiceLink(
            sponsorship_id=sponsorship_id,
            token_hash=token_hash(token),
            created_at=now,
            ends_at=now + LINK_LIFETIME,
        )
    )
    return token
