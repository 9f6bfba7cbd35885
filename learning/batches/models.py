"""Tables of batch operations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from learning.kit.database import Base


class OperationState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"  # undone before it began


class ItemState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"  # there was nothing left to do
    FAILED = "failed"  # nothing was changed; `reason` says why


class BatchOperation(Base):
    """A batch operation. `params` is JSON that holds for every item.

    `scope` names what the operation belongs to, as in "edition 12"; `label` is what is done, a
    message marked with N_; `started_by` is None for the system; `emails` is how many were put into
    the outbox.
    """

    __tablename__ = "batch_operations"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    label: Mapped[str]
    scope: Mapped[str] = mapped_column(index=True)
    params: Mapped[str]
    started_by: Mapped[int | None]
    started_at: Mapped[datetime]
    state: Mapped[OperationState] = mapped_column(default=OperationState.RUNNING)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    emails: Mapped[int] = mapped_column(default=0)


class BatchItem(Base):
    """An item of an operation: `payload` is JSON, `label` the name for staff, `reference` its link.

    `reason` is the name of a code (kit.errors.code_name).
    """

    __tablename__ = "batch_items"
    __table_args__ = (Index("ix_batch_items_operation_id_state", "operation_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    operation_id: Mapped[int] = mapped_column(ForeignKey(BatchOperation.id, ondelete="CASCADE"))
    label: Mapped[str]
    payload: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
