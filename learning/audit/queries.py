"""Reading the audit trail."""

from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit.models import AuditRow
from learning.audit.rules import Deed, first_break

PAGE = 50


def latest(session: Session, *, before: int | None = None) -> Sequence[AuditRow]:
    """Return one page of rows, newest first, older than a row's number."""
    rows = select(AuditRow).order_by(AuditRow.id.desc()).limit(PAGE)
    if before is not None:
        rows = rows.where(AuditRow.id < before)
    return session.scalars(rows).all()


def broken_at(session: Session) -> int | None:
    """Return the number of the first row that was tampered with, or None."""
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=500))
    with closing(rows):
        return first_break((row.id, row.previous_hash, row.hash, _deed(row)) for row in rows)


def _deed(row: AuditRow) -> Deed:
    return Deed(
        at=row.at, actor=row.actor, action=row.action, subject=row.subject, detail=row.detail
    )
