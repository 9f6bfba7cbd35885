"""Reads of contact."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from learning.contact.models import ContactMessage


def message_by_id(session: Session, message_id: int) -> ContactMessage | None:
    return session.get(ContactMessage, message_id)


def unanswered(session: Session, *, limit: int) -> tuple[Sequence[ContactMessage], int]:
    """Return the oldest unanswered messages, and how many there are in all, in one query."""
    rows = session.execute(
        select(ContactMessage, func.count().over())
        .where(ContactMessage.answered_at.is_(None))
        .order_by(ContactMessage.sent_at, ContactMessage.id)
        .limit(limit)
    ).all()
    return [message for message, _ in rows], rows[0][1] if rows else 0


def count_unanswered(
    session: Session, *, overdue_before: datetime
) -> tuple[int, int, datetime | None]:
    """Return how many messages nobody answered, how many of them too long, and the oldest."""
    late = case((ContactMessage.sent_at < overdue_before, 1), else_=0)
    counts = select(
        func.count(), func.coalesce(func.sum(late), 0), func.min(ContactMessage.sent_at)
    ).where(ContactMessage.answered_at.is_(None))
    number, overdue, since = session.execute(counts).one()
    return number, overdue, since
