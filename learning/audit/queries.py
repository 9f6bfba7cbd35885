"""Reading the audit trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.audit.models import AuditRow
from learning.audit.rules import START, Anchor, Deed, Link, first_break, first_unmatched
from learning.kit.db import Database

PAGE = 50
CHECKED_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which rows are wanted; what is empty does not matter. `actor` is a person's id."""

    action: str = ""
    subject: str = ""
    actor: int | None = None


def latest(
    session: Session, wanted: Filter | None = None, *, before: int | None = None
) -> Sequence[AuditRow]:
    """Return one page of rows, newest first, older than the row with an id."""
    rows = select(AuditRow).order_by(AuditRow.id.desc()).limit(PAGE)
    if wanted and wanted.action:
        rows = rows.where(AuditRow.action == wanted.action)
    if wanted and wanted.subject:
        rows = rows.where(AuditRow.subject == wanted.subject)
    if wanted and wanted.actor is not None:
        rows = rows.where(AuditRow.actor == wanted.actor)
    if before is not None:
        rows = rows.where(AuditRow.id < before)
    return session.scalars(rows).all()


def about(session: Session, subject: str) -> Sequence[AuditRow]:
    """Return the latest rows about one subject, as in “person 12”."""
    return latest(session, Filter(subject=subject))


def actions(session: Session) -> Sequence[str]:
    """Return everything that was ever done, by name."""
    return session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)).all()


def head(session: Session) -> Link:
    """Return the last link of the chain."""
    last = session.execute(
        select(AuditRow.number, AuditRow.hash)
        .where(AuditRow.number.is_not(None))
        .order_by(AuditRow.number.desc())
        .limit(1)
    ).first()
    return Link(number=last.number, hash=last.hash) if last else START


def unsealed(session: Session, at_most: int) -> Sequence[tuple[int, Deed]]:
    """Return the oldest rows that are not in the chain yet: their ids and what they tell."""
    rows = select(AuditRow).where(AuditRow.number.is_(None)).order_by(AuditRow.id).limit(at_most)
    return [(row.id, _deed(row)) for row in session.scalars(rows)]


def unsealed_since(session: Session) -> datetime | None:
    """Return when the oldest row that is not in the chain yet was written."""
    return session.scalar(select(func.min(AuditRow.at)).where(AuditRow.number.is_(None)))


def broken_at(session: Session, *, after: Link = START) -> int | None:
    """Return the number of the first sealed row that was tampered with, or None."""
    broken, link = _check_batch(session, after)
    while broken is None and link is not None:
        broken, link = _check_batch(session, link)
    return broken


def verify(database: Database) -> int | None:
    """Do as `broken_at`, in many short reads: a long one keeps writers of SQLite waiting."""
    broken: int | None = None
    link: Link | None = START
    while broken is None and link is not None:
        with database.reading() as session:
            broken, link = _check_batch(session, link)
    return broken


def unmatched_anchor(session: Session, anchors: Iterable[Anchor]) -> Anchor | None:
    """Return the first anchor that the chain does not agree with, or None."""
    known = list(anchors)
    numbers = [anchor.head.number for anchor in known]
    hashes: dict[int, str] = {}
    for first in range(0, len(numbers), CHECKED_AT_ONCE):
        some = AuditRow.number.in_(numbers[first : first + CHECKED_AT_ONCE])
        found = session.execute(select(AuditRow.number, AuditRow.hash).where(some))
        hashes |= {row.number: row.hash for row in found}
    return first_unmatched(known, hashes)


def _check_batch(session: Session, after: Link) -> tuple[int | None, Link | None]:
    """Check the rows behind a link; return the first that does not fit, and where to go on."""
    rows = session.execute(
        select(
            AuditRow.number,
            AuditRow.previous_hash,
            AuditRow.hash,
            AuditRow.at,
            AuditRow.actor,
            AuditRow.action,
            AuditRow.subject,
            AuditRow.detail,
        )
        .where(AuditRow.number.is_not(None) if after == START else AuditRow.number > after.number)
        .order_by(AuditRow.number)
        .limit(CHECKED_AT_ONCE)
    ).all()
    if not rows:
        return None, None
    broken = first_break(
        (
            (
                row.number,
                row.previous_hash,
                row.hash,
                Deed(
                    at=row.at,
                    actor=row.actor,
                    action=row.action,
                    subject=row.subject,
                    detail=row.detail,
                ),
            )
            for row in rows
        ),
        after=after,
    )
    return broken, Link(number=rows[-1].number, hash=rows[-1].hash)


def _deed(row: AuditRow) -> Deed:
    return Deed(
        at=row.at, actor=row.actor, action=row.action, subject=row.subject, detail=row.detail
    )
