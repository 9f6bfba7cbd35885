"""Tables of batch operations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from learning.kit.db import Base


class OperationState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"


class ItemState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"  # there was nothing to do any more
    FAILED = "failed"  # nothing was changed; `reason` says why


class BatchOperation(Base):
    """One act on many. `params` is JSON that holds for every item, exactly as it was decided.

    `scope` names what the operation belongs to, as in "edition 12"; `emails` is how many were put
    into the outbox.
    """

    __tablename__ = "batch_operations"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    scope: Mapped[str] = mapped_column(index=True)
    params: Mapped[str]
    started_by: Mapped[int]
    started_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=OperationState.RUNNING)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    emails: Mapped[int] = mapped_column(default=0)


class BatchItem(Base):
    """One of them: `payload` is JSON, `label` the name that staff read, `reference` where it leads.

    `reason` is a sentence marked with N_.
    """

    __tablename__ = "batch_items"
    __table_args__ = (Index("ix_batch_items_operation_id_state", "operation_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    operation_id: Mapped[int] = mapped_column(ForeignKey(BatchOperation.id, ondelete="CASCADE"))
    label: Mapped[str]
    payload: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=ItemState.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
