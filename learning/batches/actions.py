"""Starting batch operations, and finishing their items."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.batches import queries
from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState
from learning.batches.rules import FIRST_SIZE
from learning.jobs.actions import NewJob, add_job
from learning.jobs.rules import Priority, Queue
from learning.kit.database import new_uid

RUN_JOB = "batches.run"


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """An item of an operation; `payload` must be JSON."""

    label: str
    payload: Mapping[str, Any]
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class NewOperation:
    """A new operation: `label` is a message marked with N_, `params` must be JSON.

    It begins after a `delay`; until then it can be cancelled. `by` is None for the system.
    """

    kind: str
    label: str
    scope: str
    params: Mapping[str, Any]
    by: int | None
    delay: timedelta = timedelta(0)


def start_operation(
    session: Session, new: NewOperation, items: Sequence[NewItem], *, now: datetime
) -> BatchOperation:
    """Add an operation with all of its items and its first job; a few statements for any number."""
    begins_at = now + new.delay
    operation = BatchOperation(
        uid=new_uid(),
        kind=new.kind,
        label=new.label,
        scope=new.scope,
        params=json.dumps({**new.params, queries.BEGINS_AT: begins_at.isoformat()}),
        started_by=new.by,
        started_at=now,
    )
    session.add(operation)
    session.flush()  # the items refer to it by id
    add_items(session, operation, items)
    first = next(iter(queries.waiting_items(session, operation.id, 1)), None)
    first_job = next_job(operation, first=first.id if first else 0, size=FIRST_SIZE, now=now)
    add_job(session, replace(first_job, due_at=begins_at))
    subject = f"operation {operation.id}"
    detail = {"kind": new.kind, "scope": new.scope, "items": len(items)}
    record(session, "operation started", subject, by=new.by, now=now, **detail)
    return operation


def add_items(session: Session, operation: BatchOperation, items: Sequence[NewItem]) -> None:
    """Add items to an operation, in their order."""
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


def next_job(operation: BatchOperation, *, first: int, size: int, now: datetime) -> NewJob:
    """Return the job that carries out up to `size` items, from `first` on."""
    payload = {"operation": operation.id, "first": first, "size": size}
    return NewJob(kind=RUN_JOB, payload=payload, now=now, queue=Queue.SLOW, priority=Priority.LOW)


def finish_item(item: BatchItem, state: ItemState, *, now: datetime, reason: str = "") -> None:
    """Store the outcome of an item, and delete its payload."""
    item.state, item.reason, item.ended_at, item.payload = state, reason, now, "{}"


def cancel_operation(
    session: Session, operation: BatchOperation, *, by: int, now: datetime
) -> bool:
    """Undo an operation before it begins; return whether it was still time."""
    session.refresh(operation, with_for_update=True)
    if operation.state != OperationState.RUNNING or now >= queries.begins_at(operation):
        return False
    operation.state, operation.finished_at = OperationState.CANCELLED, now
    session.flush()
    record(session, "operation cancelled", f"operation {operation.id}", by=by, now=now)
    return True


def finish_operation(operation: BatchOperation, *, now: datetime) -> None:
    operation.state, operation.finished_at = OperationState.FINISHED, now


def purge_operations(session: Session, *, before: datetime) -> None:
    """Delete operations that ended long ago, with the names in them."""
    old = BatchOperation.finished_at < before
    session.execute(delete(BatchOperation).where(old))
