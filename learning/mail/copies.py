"""What was sent, as staff may read it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete, exists, literal, select
from sqlalchemy.orm import Session

from learning.jobs.models import Job
from learning.kit.idempotency import insert_if_absent
from learning.mail.models import SEND_KEY, EmailAttachment, EmailCopy, OutgoingEmail

COPY_RETENTION = timedelta(days=365)
EMAIL_RETENTION = timedelta(days=3 * 365)  # that something was sent, to whom and when
PURGE_BATCH = 500  # rows of one transaction


@dataclass(frozen=True, kw_only=True)
class SentText:
    """What an e-mail said: subject, text without links, and the names of what it carried."""

    subject: str
    body: str
    parts: Sequence[str] = ()


def keep_copy(session: Session, email_id: int, text: SentText, *, now: datetime) -> None:
    """Keep what an e-mail said; said twice, the first stays."""
    insert_if_absent(
        session,
        EmailCopy,
        email_id=email_id,
        subject=text.subject,
        body=text.body,
        parts="\n".join(text.parts),
        sent_at=now,
    )


def copy_of(session: Session, email_id: int) -> EmailCopy | None:
    return session.get(EmailCopy, email_id)


def purge_copies(session: Session, *, before: datetime) -> int:
    """Delete some copies and attachments of e-mails that ended before a moment; return how many.

    The caller commits and calls it again until it returns 0.
    """
    old = session.scalars(
        select(EmailCopy.email_id).where(EmailCopy.sent_at < before).limit(PURGE_BATCH)
    ).all()
    session.execute(delete(EmailCopy).where(EmailCopy.email_id.in_(old)))
    ended = exists().where(
        OutgoingEmail.id == EmailAttachment.email_id, OutgoingEmail.ended_at < before
    )
    files = session.scalars(select(EmailAttachment.id).where(ended).limit(PURGE_BATCH)).all()
    session.execute(delete(EmailAttachment).where(EmailAttachment.id.in_(files)))
    return len(old) + len(files)


def purge_emails(session: Session, *, before: datetime) -> int:
    """Delete some e-mails that ended before a moment, with what hangs on them; return how many.

    One whose job is still there stays: nobody has decided about it. The caller commits and calls it
    again until it returns 0.
    """
    job = exists().where(Job.unique_key == literal(SEND_KEY) + cast(OutgoingEmail.id, String))
    old = (
        select(OutgoingEmail.id)
        .where(OutgoingEmail.created_at < before, OutgoingEmail.ended_at < before, ~job)
        .order_by(OutgoingEmail.created_at)
        .limit(PURGE_BATCH)
    )
    gone = delete(OutgoingEmail).where(OutgoingEmail.id.in_(old)).returning(OutgoingEmail.id)
    return len(session.scalars(gone).all())
