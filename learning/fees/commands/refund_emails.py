"""E-mails about a refund to its payee."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.fees.queries.refund_payers import payer_of
from learning.fees.refund_models import Refund
from learning.mail.actions import EmailRequest, Recipient, enqueue_email


def send_account_email(session: Session, refund: Refund, *, now: datetime) -> None:
    """Ask the payer for their account."""
    _send(session, refund, "fees.refund-account", now=now)


def send_transfer_email(session: Session, refund: Refund, *, now: datetime) -> None:
    """Tell the payer that the transfer is on its way."""
    _send(session, refund, "fees.refund-sent", now=now)


def send_card_refund_email(session: Session, refund: Refund, *, now: datetime) -> None:
    """Tell the payer that the money goes back to their card."""
    _send(session, refund, "fees.refund-to-card", now=now)


def _send(session: Session, refund: Refund, kind: str, *, now: datetime) -> None:
    payer = payer_of(session, refund)
    if payer is None:
        return
    params = {
        "number": refund.number,
        "net_minor": refund.net.minor,
        "currency": refund.net.currency,
        "application": payer.application.reference,
        "refund": refund.uid,
        "has_page": payer.person_id is not None,
    }
    recipient = Recipient(
        email=payer.email, name=payer.name, language=payer.language, zone=payer.zone
    )
    enqueue_email(session, recipient, EmailRequest(kind=kind, params=params), now=now)
