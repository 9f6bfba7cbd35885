"""E-mails to people who have an account: at their address, by their name, in their language."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.mail.actions import EmailRequest, Recipient, enqueue_email


def send_email_to(session: Session, person: Person, what: EmailRequest, *, now: datetime) -> None:
    """Enqueue an e-mail to a person, in the transaction of the change that it reports."""
    enqueue_email(session, recipient_of(person), what, now=now)


def recipient_of(person: Person) -> Recipient:
    """Return a person as a recipient: address, name, language, time zone."""
    return Recipient(
        email=person.email, name=person.name, language=person.language, zone=person.zone
    )
