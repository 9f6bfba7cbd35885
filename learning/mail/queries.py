"""Reads of mail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.mail.categories import EmailCategory
from learning.mail.models import EmailBounce, EmailState, OutgoingEmail
from learning.mail.subscriptions import WHOLE_CATEGORY, is_declined

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class SendBlockers:
    """What speaks against sending an e-mail now; both False is the usual case."""

    suppressed: bool
    unsubscribed: bool


@dataclass(frozen=True, kw_only=True)
class HeldEmails:
    """E-mails that wait until our side is fixed: how many, since when (UTC), and why."""

    count: int
    since: datetime
    reason: str


def send_blockers(
    session: Session, email: str, category: EmailCategory, topic: str = WHOLE_CATEGORY
) -> SendBlockers:
    return SendBlockers(
        suppressed=is_suppressed(session, email),
        unsubscribed=category.declinable and is_declined(session, email, category.key, topic),
    )


def email_by_id(session: Session, mail_id: int) -> OutgoingEmail | None:
    return session.get(OutgoingEmail, mail_id)


def emails_by_id(session: Session, ids: Collection[int]) -> dict[int, OutgoingEmail]:
    """Return those of some e-mails that are still kept, by id."""
    rows = session.scalars(select(OutgoingEmail).where(OutgoingEmail.id.in_(ids)))
    return {row.id: row for row in rows}


def email_by_token(session: Session, token: str) -> OutgoingEmail | None:
    """Return the e-mail of a token, which mail servers may have put into lower case."""
    return session.scalar(
        select(OutgoingEmail).where(OutgoingEmail.token.in_({token, token.lower()}))
    )


def held_emails(session: Session) -> HeldEmails | None:
    """Return what our own side keeps back, None if nothing."""
    waiting = OutgoingEmail.state == EmailState.WAITING, OutgoingEmail.held_at.is_not(None)
    first = session.scalar(
        select(OutgoingEmail)
        .where(*waiting)
        .order_by(OutgoingEmail.held_at, OutgoingEmail.id)
        .limit(1)
    )
    if first is None or first.held_at is None:
        return None
    count = session.scalar(select(func.count()).select_from(OutgoingEmail).where(*waiting)) or 0
    return HeldEmails(count=count, since=first.held_at, reason=first.reason)


def is_suppressed(session: Session, email: str) -> bool:
    address = session.get(EmailBounce, email)
    return bool(address and address.suppressed_at)


def counts(session: Session) -> dict[EmailState, int]:
    """Return how many e-mails are in each state."""
    rows = session.execute(select(OutgoingEmail.state, func.count()).group_by(OutgoingEmail.state))
    return dict.fromkeys(EmailState, 0) | dict(rows.all())


def suppressed_addresses(session: Session) -> Sequence[EmailBounce]:
    """Return the addresses that are given up, the latest first."""
    query = select(EmailBounce).where(EmailBounce.suppressed_at.is_not(None))
    return session.scalars(query.order_by(EmailBounce.suppressed_at.desc()).limit(PAGE_SIZE)).all()
