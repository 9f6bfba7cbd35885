"""Writing the audit trail."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from learning.audit.models import AuditRow
from learning.audit.rules import BEGINNING, Deed, chain, detail_text

CHAIN_LOCK = 7_001  # any number that no other advisory lock uses


def record(
    session: Session, action: str, subject: str, *, by: int | None, now: datetime, **detail: object
) -> AuditRow:
    """Add one row to the trail, in the transaction of what it tells of.

    `by` is the id of the person who acts, None for a command; `subject` names what was acted on,
    as in "enrolment 12". The chain allows one writer at a time until the transaction ends.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    session.flush()
    last = session.execute(
        select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)
    ).first()
    number, previous = (last.id + 1, last.hash) if last else (1, BEGINNING)
    deed = Deed(at=now, actor=by, action=action, subject=subject, detail=detail_text(detail))
    row = _row(number, previous, deed)
    session.add(row)
    session.flush()  # the next row of this transaction reads this one's hash
    return row


def _row(number: int, previous: str, deed: Deed) -> AuditRow:
    return AuditRow(
        id=number,
        at=deed.at,
        actor=deed.actor,
        action=deed.action,
        subject=deed.subject,
        detail=deed.detail,
        previous_hash=previous,
        hash=chain(number, previous, deed),
    )
