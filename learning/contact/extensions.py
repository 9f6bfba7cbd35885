"""What the staff area shows of contact (`extension_points.waiting`)."""

from sqlalchemy.orm import Session

from learning.access.permissions import Permission
from learning.contact import queries
from learning.contact.rules import answer_due, overdue_before
from learning.extension_points.waiting import (
    WaitingGroup,
    WaitingKind,
    WaitingRequest,
    WaitingRow,
    WaitingRows,
)
from learning.kit.i18n import N_

MESSAGES_KEY = "contact-messages"


def unanswered_messages(session: Session, request: WaitingRequest) -> WaitingRows:
    """Return the messages that nobody has answered, the oldest first, in one query."""
    messages, total = queries.unanswered(session, limit=request.limit)
    rows = [
        WaitingRow(
            subject=message.name,
            path=f"staff/messages/{message.id}",
            since=message.sent_at,
            due=answer_due(message.sent_at),
        )
        for message in messages
    ]
    return WaitingRows(rows=rows, total=total)


def unanswered_summary(session: Session, request: WaitingRequest) -> list[WaitingGroup]:
    """Return how many messages wait for an answer, and how many of them too long, in one query."""
    before = overdue_before(request.now)
    number, overdue, since = queries.count_unanswered(session, overdue_before=before)
    if since is None:
        return []
    group = WaitingGroup(
        count=number,
        overdue=overdue,
        since=since,
        due=answer_due(since),
        path=f"staff/?kind={MESSAGES_KEY}",
    )
    return [group]


KINDS = (
    WaitingKind(
        key=MESSAGES_KEY,
        label=N_("Messages to answer"),
        permission=Permission.ANSWER_MESSAGES,
        provider=unanswered_messages,
        summary=unanswered_summary,
        action=N_("Answer the messages"),
        site_wide=True,
    ),
)
