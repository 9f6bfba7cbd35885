"""Reads of batch operations."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState

PAGE_SIZE = 20
MAX_FAILURES = 500
BEGINS_AT = "begins_at"  # in the parameters of every operation


@dataclass(frozen=True, kw_only=True)
class OperationProgress:
    """How far an operation is: its items by state, and those that failed."""

    operation: BatchOperation
    counts: Mapping[ItemState, int]
    failures: Sequence[BatchItem]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        return self.total - self.counts[ItemState.WAITING]

    @property
    def running(self) -> bool:
        return self.operation.state == OperationState.RUNNING


def edition_scope(edition_id: int) -> str:
    """Return the `scope` of the operations of an edition."""
    return f"edition {edition_id}"


def operation(session: Session, scope: str, uid: str) -> BatchOperation | None:
    query = select(BatchOperation).where(BatchOperation.uid == uid, BatchOperation.scope == scope)
    return session.scalar(query)


def operations(session: Session, scope: str) -> Sequence[BatchOperation]:
    """Return the latest operations of a scope, the newest first."""
    query = select(BatchOperation).where(BatchOperation.scope == scope)
    return session.scalars(query.order_by(BatchOperation.id.desc()).limit(PAGE_SIZE)).all()


def counts(session: Session, operation_id: int) -> dict[ItemState, int]:
    """Return the number of an operation's items by state."""
    rows = session.execute(
        select(BatchItem.state, func.count())
        .where(BatchItem.operation_id == operation_id)
        .group_by(BatchItem.state)
    )
    return dict.fromkeys(ItemState, 0) | {ItemState(state): number for state, number in rows}


def failed_items(session: Session, operation_id: int) -> Sequence[BatchItem]:
    """Return the failed items, in their order."""
    query = select(BatchItem).where(
        BatchItem.operation_id == operation_id, BatchItem.state == ItemState.FAILED
    )
    return session.scalars(query.order_by(BatchItem.id).limit(MAX_FAILURES)).all()


def waiting_items(session: Session, operation_id: int, limit: int) -> Sequence[BatchItem]:
    """Return the next items of an operation."""
    query = select(BatchItem).where(
        BatchItem.operation_id == operation_id, BatchItem.state == ItemState.WAITING
    )
    return session.scalars(query.order_by(BatchItem.id).limit(limit)).all()


def begins_at(operation_: BatchOperation) -> datetime:
    """Return when an operation begins; it can be cancelled until then."""
    moment = params_of(operation_).get(BEGINS_AT)
    return datetime.fromisoformat(moment) if moment else operation_.started_at


def params_of(operation_: BatchOperation) -> dict[str, Any]:
    return dict(json.loads(operation_.params))


def payload_of(item: BatchItem) -> dict[str, Any]:
    return dict(json.loads(item.payload))
