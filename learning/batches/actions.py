"""Starting batch operations, and ending their items."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.batches import queries
from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState
from learning.batches.rules import FIRST_SIZE
from learning.jobs.actions import NewJob, add
from learning.jobs.rules import Priority, Queue

RUN = "batches.run"


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """One of those whom an operation concerns; `payload` must survive JSON."""

    label: str
    payload: Mapping[str, Any]
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class NewOperation:
    """An act on many; `params` must survive JSON."""

    kind: str
    scope: str
    params: Mapping[str, Any]
    by: int


def start(
    session: Session, new: NewOperation, items: Sequence[NewItem], *, now: datetime
) -> BatchOperation:
    """Write an operation down, whole, and its first job; a few statements whatever its length."""
    operation = BatchOperation(
        uid=secrets.token_hex(8),
        kind=new.kind,
        scope=new.scope,
        params=json.dumps(new.params),
        started_by=new.by,
        started_at=now,
    )
    session.add(operation)
    session.flush()  # the items name it by id
    add_items(session, operation, items)
    first = next(iter(queries.waiting(session, operation.id, 1)), None)
    add(session, step(operation, first=first.id if first else 0, size=FIRST_SIZE, now=now))
    subject = f"operation {operation.id}"
    detail = {"kind": new.kind, "scope": new.scope, "items": len(items)}
    record(session, "operation started", subject, by=new.by, now=now, **detail)
    return operation


def add_items(session: Session, operation: BatchOperation, items: Sequence[NewItem]) -> None:
    """Add those whom an operation concerns, in their order."""
    rows = [
        {
            "operation_id": operation.id,
            "label": item.label,
            "payload": json.dumps(item.payload),
            "reference": item.reference,
            "state": ItemState.WAITING,
            "reason": "",
        }
        for item in items
    ]
    if rows:
        session.execute(insert(BatchItem), rows)


def step(operation: BatchOperation, *, first: int, size: int, now: datetime) -> NewJob:
    """Return the job that carries out up to `size` items, the `first` of which is waiting."""
    payload = {"operation": operation.id, "first": first, "size": size}
    return NewJob(kind=RUN, payload=payload, due_at=now, queue=Queue.SLOW, priority=Priority.LOW)


def settle(item: BatchItem, state: ItemState, *, now: datetime, reason: str = "") -> None:
    """Write down what became of an item, and forget what it carried."""
    item.state, item.reason, item.ended_at, item.payload = state, reason, now, "{}"


def finish(operation: BatchOperation, *, now: datetime) -> None:
    operation.state, operation.finished_at = OperationState.FINISHED, now


def sweep(session: Session, *, before: datetime) -> None:
    """Forget operations that ended long ago, with the names in them."""
    old = BatchOperation.finished_at < before
    session.execute(delete(BatchOperation).where(old))
