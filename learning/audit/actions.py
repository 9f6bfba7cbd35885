"""Writing the audit trail, and sealing it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from learning.audit import queries
from learning.audit.models import AuditRow
from learning.audit.rules import Link, chain, detail_text
from learning.kit.db import Database

SEALING_LOCK = 7_001  # any number that no other advisory lock uses
SEALED_AT_ONCE = 200


def record(
    session: Session, action: str, subject: str, *, by: int | None, now: datetime, **detail: object
) -> None:
    """Add one row to the trail, in the transaction of what it tells of.

    `by` is the id of the person who acts, None for a command; `subject` names what was acted on,
    as in "enrolment 12". Lock the rows that are changed first: `record` comes last.
    """
    session.add(
        AuditRow(at=now, actor=by, action=action, subject=subject, detail=detail_text(detail))
    )


def record_all(
    session: Session,
    action: str,
    subjects: Iterable[str],
    *,
    by: int | None,
    now: datetime,
    **detail: object,
) -> None:
    """Do as `record` for many subjects, in one statement."""
    told = {"at": now, "actor": by, "action": action, "detail": detail_text(detail)}
    rows = [told | {"subject": subject} for subject in subjects]
    if rows:
        session.execute(insert(AuditRow), rows)


def seal(session: Session, *, at_most: int = SEALED_AT_ONCE) -> int:
    """Seal the oldest rows that are not in the chain yet; return how many.

    One transaction seals at a time: on PostgreSQL under an advisory lock, which nobody waits for;
    on SQLite because a session for writing begins IMMEDIATE.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_try_advisory_xact_lock(:key)")
        if not session.scalar(lock, {"key": SEALING_LOCK}):
            return 0
    rows = queries.unsealed(session, at_most)
    link = queries.head(session)
    sealed = []
    for row_id, deed in rows:
        number = link.number + 1
        seal_of_row = chain(number, link.hash, deed)
        sealed.append(
            {"id": row_id, "number": number, "previous_hash": link.hash, "hash": seal_of_row}
        )
        link = Link(number=number, hash=seal_of_row)
    if sealed:
        session.execute(update(AuditRow), sealed)
    return len(sealed)


def seal_new(database: Database) -> int:
    """Seal one batch in a transaction of its own; return how many rows. Costs a read if none."""
    with database.reading() as reading:
        if not reading.scalar(select(AuditRow.id).where(AuditRow.number.is_(None)).limit(1)):
            return 0
    with database.transaction() as session:
        return seal(session)
