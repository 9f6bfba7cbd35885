"""Reads of batch operations."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.batches.models import BatchItem, BatchOperation, ItemState

PAGE = 20
FAILURES_SHOWN = 500


def operation(session: Session, scope: str, uid: str) -> BatchOperation | None:
    found = select(BatchOperation).where(BatchOperation.uid == uid, BatchOperation.scope == scope)
    return session.scalar(found)


def operations(session: Session, scope: str) -> Sequence[BatchOperation]:
    """Return the latest operations on something, the newest first."""
    found = select(BatchOperation).where(BatchOperation.scope == scope)
    return session.scalars(found.order_by(BatchOperation.id.desc()).limit(PAGE)).all()


def counts(session: Session, operation_id: int) -> dict[ItemState, int]:
    """Return how many items of an operation are in each state."""
    rows = session.execute(
        select(BatchItem.state, func.count())
        .where(BatchItem.operation_id == operation_id)
        .group_by(BatchItem.state)
    )
    return dict.fromkeys(ItemState, 0) | {ItemState(state): number for state, number in rows}


def failures(session: Session, operation_id: int) -> Sequence[BatchItem]:
    """Return the items that could not be carried out, in their order."""
    found = select(BatchItem).where(
        BatchItem.operation_id == operation_id, BatchItem.state == ItemState.FAILED
    )
    return session.scalars(found.order_by(BatchItem.id).limit(FAILURES_SHOWN)).all()


def waiting(session: Session, operation_id: int, at_most: int) -> Sequence[BatchItem]:
    """Return the next items of an operation."""
    found = select(BatchItem).where(
        BatchItem.operation_id == operation_id, BatchItem.state == ItemState.WAITING
    )
    return session.scalars(found.order_by(BatchItem.id).limit(at_most)).all()


def params_of(operation_: BatchOperation) -> dict[str, Any]:
    return dict(json.loads(operation_.params))


def payload_of(item: BatchItem) -> dict[str, Any]:
    return dict(json.loads(item.payload))
