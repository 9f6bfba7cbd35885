"""Carrying operations out: some items in one short transaction, then the next job."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from learning.batches import actions, queries
from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState
from learning.batches.rules import next_size
from learning.jobs.actions import add
from learning.jobs.worker import Handler, Postpone, Task
from learning.kit.i18n import N_
from learning.mail.actions import posted

LEASE = timedelta(seconds=30)  # a batch takes a fraction of a second
BUSY_WAIT = timedelta(seconds=2)
BROKEN = N_("Something went wrong here; nothing was changed for this person.")
log = logging.getLogger("learning.batches")

CarryOut = Callable[[Session, BatchOperation, Sequence[BatchItem], datetime], None]
Finish = Callable[[Session, BatchOperation, datetime], None]


def _nothing_more(_session: Session, _operation: BatchOperation, _now: datetime) -> None:
    """End an operation without further ado."""


@dataclass(frozen=True, kw_only=True)
class BatchHandler:
    """Who carries out one kind of operation: `carry_out` settles each item that it is given.

    It locks rows first, all of them, and records last. `finish` runs when nothing waits any more;
    it may add items. A batch has `smallest` items at least, where a batch costs more than an item.
    """

    carry_out: CarryOut
    smallest: int = 1
    finish: Finish = _nothing_more


def run(handlers: Mapping[str, BatchHandler]) -> Handler:
    """Return the handler of the job that carries out the next items of an operation."""

    def carry_out_next(task: Task) -> None:
        try:
            _step(handlers, task, size=task.payload["size"])
        except OperationalError as fault:
            raise Postpone(
                f"the database was busy: {type(fault.orig).__name__}", BUSY_WAIT
            ) from None
        except Exception:
            log.exception("operation %s: a batch failed", task.payload["operation"])
            _step_alone(handlers, task)

    return carry_out_next


def _step(handlers: Mapping[str, BatchHandler], task: Task, *, size: int) -> None:
    """Carry out up to `size` items, and leave the rest to the next job, in one transaction."""
    began = time.monotonic()
    with task.database.transaction() as session:
        operation = _lock(session, task)
        items = queries.waiting(session, operation.id, size) if operation else ()
        if operation is None or _was_done(task, items):
            return
        handler = handlers[operation.kind]
        if items:
            handler.carry_out(session, operation, items, task.now)
        seconds = time.monotonic() - began
        following = max(handler.smallest, next_size(size, seconds))
        _go_on(session, handler, operation, task, following)
        operation.emails += posted(session)


def _step_alone(handlers: Mapping[str, BatchHandler], task: Task) -> None:
    """Carry out one item by itself; if that fails too, say so and go on with the next."""
    try:
        _step(handlers, task, size=1)
    except OperationalError:
        raise
    except Exception:
        with task.database.transaction() as session:
            operation = _lock(session, task)
            items = queries.waiting(session, operation.id, 1) if operation else ()
            if operation is None or _was_done(task, items):
                return
            log.exception("operation %s: item %s failed", operation.id, [i.id for i in items])
            for item in items:
                actions.settle(item, ItemState.FAILED, now=task.now, reason=BROKEN)
            _go_on(session, handlers[operation.kind], operation, task, task.payload["size"])


def _lock(session: Session, task: Task) -> BatchOperation | None:
    """Return an operation that still runs, while nobody else carries it out."""
    operation = session.get(BatchOperation, task.payload["operation"], with_for_update=True)
    return operation if operation and operation.state == OperationState.RUNNING else None


def _was_done(task: Task, items: Sequence[BatchItem]) -> bool:
    """Whether an earlier attempt of this very job carried its items out, and wrote the next."""
    first = task.payload["first"]
    return bool(first and (not items or items[0].id != first))


def _go_on(
    session: Session, handler: BatchHandler, operation: BatchOperation, task: Task, size: int
) -> None:
    session.flush()
    following = queries.waiting(session, operation.id, 1)
    if not following:
        handler.finish(session, operation, task.now)
        following = queries.waiting(session, operation.id, 1)
    if following:
        add(session, actions.step(operation, first=following[0].id, size=size, now=task.now))
    else:
        actions.finish(operation, now=task.now)
