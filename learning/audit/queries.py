"""Reading the audit trail."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit.models import AuditRow
from learning.audit.rules import Deed, first_break

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which rows are wanted; what is empty does not matter. `actor` is a person's id."""

    action: str = ""
    subject: str = ""
    actor: int | None = None


def latest(
    session: Session, wanted: Filter | None = None, *, before: int | None = None
) -> Sequence[AuditRow]:
    """Return one page of rows, newest first, older than a row's number."""
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


def broken_at(session: Session) -> int | None:
    """Return the number of the first row that was tampered with, or None."""
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=500))
    with closing(rows):
        return first_break((row.id, row.previous_hash, row.hash, _deed(row)) for row in rows)


def _deed(row: AuditRow) -> Deed:
    return Deed(
        at=row.at, actor=row.actor, action=row.action, subject=row.subject, detail=row.detail
    )
