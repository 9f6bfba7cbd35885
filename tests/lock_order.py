"""Rows are locked first, the audit trail is written last: every request of every test is watched.

A session is watched if its `info` says so. A row that the transaction holds already may be locked
again. A lock that passes over what others hold waits for nobody, and may come at any time.
"""

import re
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from learning.audit.models import AuditEntry

BY_ID = re.compile(
    r"FROM (?P<table>\w+) \nWHERE (?P=table)\.id (= \S+|IN \(\S+\))"
    r"( ORDER BY (?P=table)\.id)? FOR UPDATE"
)
WATCHED, RECORDED, HELD = "test.watched", "test.recorded", "test.held"


class LockOrderError(AssertionError):
    """A row was locked after the audit trail had been written in the same transaction."""


def install() -> None:
    event.listen(Session, "do_orm_execute", _on_execute)
    event.listen(Session, "after_flush", _on_flush)
    event.listen(Session, "after_transaction_end", _on_end)


def _on_execute(state: ORMExecuteState) -> None:
    session = state.session
    if not session.info.get(WATCHED):
        return
    if state.is_insert and state.bind_mapper is AuditEntry.__mapper__:
        session.info[RECORDED] = True
    lock = getattr(state.statement, "_for_update_arg", None)
    if lock is None or lock.skip_locked:
        return
    keys = _keys(state)
    held: set[str] = session.info.setdefault(HELD, set())
    pending = any(isinstance(row, AuditEntry) for row in session.new)
    if (pending or session.info.get(RECORDED)) and not keys <= held:
        raise LockOrderError(f"locked after record(): {sorted(keys - held)}")
    held |= keys


def _keys(state: ORMExecuteState) -> set[str]:
    """Return the rows that a statement locks: by id, or what the statement says of them."""
    compiled = state.statement.compile()  # type: ignore[union-attr]
    data: Any = state.parameters or {}
    params = compiled.params | dict(data)
    by_id = BY_ID.search(str(compiled))
    if by_id and len(params) == 1:
        (value,) = params.values()
        ids = value if isinstance(value, list | tuple | set | frozenset) else [value]
        return {f"{by_id['table']} {each}" for each in ids}
    return {f"{compiled} {sorted(params.items(), key=str)}"}


def _on_flush(session: Session, _context: object) -> None:
    if any(isinstance(row, AuditEntry) for row in session.new):
        session.info[RECORDED] = True


def _on_end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(RECORDED, None)
        session.info.pop(HELD, None)
