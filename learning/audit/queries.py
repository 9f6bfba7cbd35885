"""Reads of the audit trail."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from learning.audit.models import AuditEntry
from learning.audit.rules import (
    CHAIN_START,
    Anchor,
    AuditRecord,
    ChainLink,
    first_break,
    first_unmatched,
)
from learning.kit.database import Database

PAGE_SIZE = 50
CHECK_BATCH_SIZE = 1000


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Filters of the audit trail; an empty one matches all.

    `actor_id` is a person's id. `people` are the ids of those who acted or were acted on, None for
    anybody. `since` and `until` are moments; the second is not among them.
    """

    action: str = ""
    subject: str = ""
    actor_id: int | None = None
    people: Collection[int] | None = None
    since: datetime | None = None
    until: datetime | None = None


def latest_entries(
    session: Session,
    filters: AuditFilter | None = None,
    *,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> Sequence[AuditEntry]:
    """Return one page of rows, newest first, older than the row with an id."""
    rows = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    rows = rows.where(*_conditions(filters or AuditFilter()))
    if before is not None:
        rows = rows.where(AuditEntry.id < before)
    return session.scalars(rows).all()


def _conditions(filters: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.action:
        conditions.append(AuditEntry.action == filters.action)
    if filters.subject:
        conditions.append(AuditEntry.subject == filters.subject)
    if filters.actor_id is not None:
        conditions.append(AuditEntry.actor_id == filters.actor_id)
    if filters.people is not None:
        about = AuditEntry.subject.in_([f"person {each}" for each in filters.people])
        conditions.append(or_(AuditEntry.actor_id.in_(filters.people), about))
    if filters.since is not None:
        conditions.append(AuditEntry.at >= filters.since)
    if filters.until is not None:
        conditions.append(AuditEntry.at < filters.until)
    return conditions


def entries_about(session: Session, subject: str) -> Sequence[AuditEntry]:
    """Return the latest rows about one subject, as in “person 12”."""
    return latest_entries(session, AuditFilter(subject=subject))


def last_entry(session: Session, action: str, subject: str) -> AuditEntry | None:
    """Return the latest row of an action on one subject."""
    own = AuditEntry.subject == subject, AuditEntry.action == action
    return session.scalar(select(AuditEntry).where(*own).order_by(AuditEntry.id.desc()).limit(1))


def chain_head(session: Session) -> ChainLink:
    """Return the last link of the chain."""
    last = session.execute(
        select(AuditEntry.number, AuditEntry.hash)
        .where(AuditEntry.number.is_not(None))
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    return ChainLink(number=last.number, hash=last.hash) if last else CHAIN_START


def unsealed_entries(session: Session, limit: int) -> Sequence[tuple[int, AuditRecord]]:
    """Return the ids and records of the oldest unsealed rows."""
    rows = (
        select(AuditEntry).where(AuditEntry.number.is_(None)).order_by(AuditEntry.id).limit(limit)
    )
    return [(row.id, _record_of(row)) for row in session.scalars(rows)]


def unsealed_since(session: Session) -> datetime | None:
    """Return when the oldest unsealed row was written."""
    return session.scalar(select(func.min(AuditEntry.at)).where(AuditEntry.number.is_(None)))


def first_broken(session: Session, *, after: ChainLink = CHAIN_START) -> int | None:
    """Return the number of the first sealed row that was tampered with, or None."""
    broken, link = _check_batch(session, after)
    while broken is None and link is not None:
        broken, link = _check_batch(session, link)
    return broken


def verify(database: Database) -> int | None:
    """Do as `first_broken`, in many short reads: a long read blocks writers of SQLite."""
    broken: int | None = None
    link: ChainLink | None = CHAIN_START
    while broken is None and link is not None:
        with database.read_transaction() as session:
            broken, link = _check_batch(session, link)
    return broken


def unmatched_anchor(session: Session, anchors: Iterable[Anchor]) -> Anchor | None:
    """Return the first anchor that the chain does not match, or None."""
    known = list(anchors)
    numbers = [anchor.head.number for anchor in known]
    hashes: dict[int, str] = {}
    for first in range(0, len(numbers), CHECK_BATCH_SIZE):
        some = AuditEntry.number.in_(numbers[first : first + CHECK_BATCH_SIZE])
        query = session.execute(select(AuditEntry.number, AuditEntry.hash).where(some))
        hashes |= {row.number: row.hash for row in query}
    return first_unmatched(known, hashes)


def _check_batch(session: Session, after: ChainLink) -> tuple[int | None, ChainLink | None]:
    """Verify the rows after a link.

    Return the number of the first broken one, and the next link.
    """
    rows = session.execute(
        select(
            AuditEntry.number,
            AuditEntry.previous_hash,
            AuditEntry.hash,
            AuditEntry.at,
            AuditEntry.actor_id,
            AuditEntry.action,
            AuditEntry.subject,
            AuditEntry.detail,
        )
        .where(
            AuditEntry.number.is_not(None)
            if after == CHAIN_START
            else AuditEntry.number > after.number
        )
        .order_by(AuditEntry.number)
        .limit(CHECK_BATCH_SIZE)
    ).all()
    if not rows:
        return None, None
    broken = first_break(
        (
            (
                row.number,
                row.previous_hash,
                row.hash,
                AuditRecord(
                    at=row.at,
                    actor_id=row.actor_id,
                    action=row.action,
                    subject=row.subject,
                    detail=row.detail,
                ),
            )
            for row in rows
        ),
        after=after,
    )
    return broken, ChainLink(number=rows[-1].number, hash=rows[-1].hash)


def _record_of(row: AuditEntry) -> AuditRecord:
    return AuditRecord(
        at=row.at, actor_id=row.actor_id, action=row.action, subject=row.subject, detail=row.detail
    )
