"""Writing the audit trail, and sealing it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from learning.audit import queries
from learning.audit.models import AuditEntry
from learning.audit.rules import ChainLink, detail_text, entry_hash
from learning.kit.database import Database

SEALING_LOCK = 7_001  # an advisory lock number that nothing else uses
SEAL_BATCH_SIZE = 200


def record(
    session: Session, action: str, subject: str, *, by: int | None, now: datetime, **detail: object
) -> None:
    """Add one row to the audit trail, in the transaction of the change that it reports.

    `by` is the id of the person who acts, None for a command; `subject` names what was changed,
    as in "enrolment 12". Lock the changed rows first: `record` comes last.
    """
    session.add(
        AuditEntry(at=now, actor_id=by, action=action, subject=subject, detail=detail_text(detail))
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
    common = {"at": now, "actor_id": by, "action": action, "detail": detail_text(detail)}
    rows = [common | {"subject": subject} for subject in subjects]
    if rows:
        session.execute(insert(AuditEntry), rows)


def seal(session: Session, *, limit: int = SEAL_BATCH_SIZE) -> int:
    """Seal the oldest unsealed rows; return how many.

    One transaction seals at a time: on PostgreSQL under an advisory lock that nothing waits
    for; on SQLite because a session for writing begins IMMEDIATE.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_try_advisory_xact_lock(:key)")
        if not session.scalar(lock, {"key": SEALING_LOCK}):
            return 0
    rows = queries.unsealed_entries(session, limit)
    link = queries.chain_head(session)
    sealed = []
    for row_id, entry in rows:
        number = link.number + 1
        seal_of_row = entry_hash(number, link.hash, entry)
        sealed.append(
            {"id": row_id, "number": number, "previous_hash": link.hash, "hash": seal_of_row}
        )
        link = ChainLink(number=number, hash=seal_of_row)
    if sealed:
        session.execute(update(AuditEntry), sealed)
    return len(sealed)


def seal_new(database: Database) -> int:
    """Seal one batch in a transaction of its own.

    Return how many rows. Only reads if there are none.
    """
    with database.read_transaction() as reading:
        if not reading.scalar(select(AuditEntry.id).where(AuditEntry.number.is_(None)).limit(1)):
            return 0
    with database.transaction() as session:
        return seal(session)
