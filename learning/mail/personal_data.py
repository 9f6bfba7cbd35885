"""What the outbox keeps of a person (`extension_points.personal_data`)."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from learning.extension_points.personal_data import (
    OnForget,
    PersonalTable,
    PersonRef,
    has_email,
    is_email_now,
)
from learning.mail.models import (
    EmailAttachment,
    EmailBounce,
    EmailCopy,
    OutgoingEmail,
    Subscription,
)


def is_recipient(person: PersonRef) -> ColumnElement[bool]:
    """Whether an e-mail was to an address of the person at that time."""
    return has_email(OutgoingEmail.email, OutgoingEmail.created_at, person)


def _emails(column: InstrumentedAttribute[int], person: PersonRef) -> ColumnElement[bool]:
    mine = select(OutgoingEmail.id).where(is_recipient(person))
    return column.in_(mine)


TABLES = (
    PersonalTable(
        model=EmailCopy,
        about=lambda person: _emails(EmailCopy.email_id, person),
        on_forget=OnForget.DELETE,
    ),
    PersonalTable(
        model=EmailAttachment,
        about=lambda person: _emails(EmailAttachment.email_id, person),
        on_forget=OnForget.DELETE,
        hidden=frozenset({"slug"}),
    ),
    PersonalTable(
        model=OutgoingEmail,
        about=is_recipient,
        on_forget=OnForget.DELETE,
        hidden=frozenset({"token", "params", "calendar"}),
    ),
    PersonalTable(
        model=Subscription,
        about=lambda person: is_email_now(Subscription.email, person),
        on_forget=OnForget.DELETE,
        hidden=frozenset({"token"}),
    ),
    PersonalTable(
        model=EmailBounce,
        about=lambda person: is_email_now(EmailBounce.email, person),
        on_forget=OnForget.DELETE,
    ),
)
"""`params` of an e-mail may hold a secret link; once it is sent they are empty."""
