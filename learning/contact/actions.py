"""Writes of contact."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.contact.emails import CONTACT, RECEIPT
from learning.contact.models import ContactMessage
from learning.contact.problems import ContactProblem
from learning.kit.errors import RuleViolation
from learning.mail.actions import EmailRequest, Recipient, enqueue_email

PURGE_BATCH = 500  # rows of one transaction


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """A message as it was typed, and how its sender reads."""

    name: str
    email: str
    body: str
    language: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class ShownMessage:
    """A message as a page showed it."""

    id: int
    version: str


def send_message(session: Session, new: NewMessage, *, now: datetime) -> None:
    """Store a message for the staff, and send its sender a receipt."""
    message = ContactMessage(
        name=new.name, email=new.email, language=new.language, body=new.body, sent_at=now
    )
    session.add(message)
    to = Recipient(email=new.email, name="", language=new.language, zone=new.zone)
    enqueue_email(session, to, EmailRequest(kind=RECEIPT, category=CONTACT), now=now)


def mark_answered(session: Session, shown: ShownMessage, *, by: int, now: datetime) -> None:
    """Write down that a message was answered; raise RuleViolation if it was marked before."""
    message = _lock(session, shown)
    if message.answered_at is not None:
        raise RuleViolation(ContactProblem.ANSWERED)
    message.answered_at = now
    record(session, "message answered", f"message {message.id}", by=by, now=now)


def delete_spam(session: Session, shown: ShownMessage, *, by: int, now: datetime) -> None:
    """Delete a message that nobody needs; the audit trail keeps nothing of it but its number."""
    session.delete(_lock(session, shown))
    record(session, "spam deleted", f"message {shown.id}", by=by, now=now)


def _lock(session: Session, shown: ShownMessage) -> ContactMessage:
    """Lock the message that a page showed; raise RuleViolation if it was deleted since."""
    message = session.get(ContactMessage, shown.id, with_for_update=True, populate_existing=True)
    if message is None or message.version != shown.version:
        raise RuleViolation(ContactProblem.DELETED)
    return message


def purge_messages(session: Session, *, before: datetime) -> int:
    """Delete some messages that were answered before a moment; return how many."""
    old = select(ContactMessage.id).where(ContactMessage.answered_at < before).limit(PURGE_BATCH)
    gone = delete(ContactMessage).where(ContactMessage.id.in_(old)).returning(ContactMessage.id)
    return len(session.scalars(gone).all())
