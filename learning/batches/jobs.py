"""Jobs of batch operations: some items in one short transaction, then the next job."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from learning.batches import actions, queries
from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState
from learning.batches.problems import BatchProblem
from learning.batches.rules import next_size
from learning.jobs.actions import add_job
from learning.jobs.worker import Handler, RetryLater, Task
from learning.kit.errors import code_name
from learning.mail.actions import enqueued_count

BATCH_LEASE = timedelta(seconds=30)  # a batch takes a fraction of a second
BUSY_RETRY_DELAY = timedelta(seconds=2)
log = logging.getLogger("learning.batches")

ItemsHandler = Callable[[Session, BatchOperation, Sequence[BatchItem], datetime], None]
FinishHandler = Callable[[Session, BatchOperation, datetime], None]


def _no_finish(_session: Session, _operation: BatchOperation, _now: datetime) -> None:
    """Do nothing: the default `on_finish`."""


@dataclass(frozen=True, kw_only=True)
class BatchHandler:
    """The handler of one kind of operation: `process_items` finishes each item that it gets.

    It locks rows first, all of them, and records last. `on_finish` runs when no item waits any
    more; it may add items. A batch has `min_size` items at least, for operations where a batch
    costs more than an item.
    """

    process_items: ItemsHandler
    min_size: int = 1
    on_finish: FinishHandler = _no_finish


def make_handler(handlers: Mapping[str, BatchHandler]) -> Handler:
    """Return the job handler that carries out the next items of an operation."""

    def carry_out_next(task: Task) -> None:
        try:
            _run_batch(handlers, task, size=task.payload["size"])
        except OperationalError as error:
            raise RetryLater(
                f"the database was busy: {type(error.orig).__name__}", BUSY_RETRY_DELAY
            ) from None
        except Exception:
            log.exception("operation %s: a batch failed", task.payload["operation"])
            _run_single(handlers, task)

    return carry_out_next


def _run_batch(handlers: Mapping[str, BatchHandler], task: Task, *, size: int) -> None:
    """Carry out up to `size` items and enqueue the next job, in one transaction."""
    with task.database.transaction() as session:
        operation = _lock(session, task)
        began = time.monotonic()  # from here on others wait
        items = queries.waiting_items(session, operation.id, size) if operation else ()
        if operation is None or _is_repeat(session, task):
            return
        handler = handlers[operation.kind]
        if items:
            handler.process_items(session, operation, items, task.now)
        seconds = time.monotonic() - began
        following = max(handler.min_size, next_size(size, seconds))
        _enqueue_next(session, handler, operation, task, following)
        operation.emails += enqueued_count(session)


def _run_single(handlers: Mapping[str, BatchHandler], task: Task) -> None:
    """Carry out one item by itself; if that fails too, record it and go on with the next."""
    try:
        _run_batch(handlers, task, size=1)
    except OperationalError:
        raise
    except Exception:
        with task.database.transaction() as session:
            operation = _lock(session, task)
            items = queries.waiting_items(session, operation.id, 1) if operation else ()
            if operation is None or _is_repeat(session, task):
                return
            log.exception("operation %s: item %s failed", operation.id, [i.id for i in items])
            for item in items:
                actions.finish_item(
                    item, ItemState.FAILED, now=task.now, reason=code_name(BatchProblem.FAILED)
                )
            _enqueue_next(session, handlers[operation.kind], operation, task, task.payload["size"])


def _lock(session: Session, task: Task) -> BatchOperation | None:
    """Return a running operation, locked."""
    operation = session.get(BatchOperation, task.payload["operation"], with_for_update=True)
    return operation if operation and operation.state == OperationState.RUNNING else None


def _is_repeat(session: Session, task: Task) -> bool:
    """Whether an earlier attempt of this job carried out its items, and enqueued the next job.

    The first of them may be gone, with its person (`batches.personal_data`): that is no repeat.
    """
    first = session.get(BatchItem, task.payload["first"])
    return first is not None and first.state != ItemState.WAITING


def _enqueue_next(
    session: Session, handler: BatchHandler, operation: BatchOperation, task: Task, size: int
) -> None:
    session.flush()
    following = queries.waiting_items(session, operation.id, 1)
    if not following:
        handler.on_finish(session, operation, task.now)
        following = queries.waiting_items(session, operation.id, 1)
    if following:
        add_job(
            session, actions.next_job(operation, first=following[0].id, size=size, now=task.now)
        )
    else:
        actions.finish_operation(operation, now=task.now)
