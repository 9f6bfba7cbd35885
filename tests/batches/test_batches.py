"""Operations on many: in batches, once each, whatever happens to the worker."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.audit.models import AuditEntry
from learning.batches import actions, personal_data, queries
from learning.batches.actions import NewItem, NewOperation, finish_item
from learning.batches.jobs import BATCH_LEASE, BUSY_RETRY_DELAY, BatchHandler, make_handler
from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState
from learning.extension_points.personal_data import ForgetRequest, PersonRef, forget
from learning.jobs.actions import ClaimTerms, claim_next, payload_of
from learning.jobs.models import Job, JobState
from learning.jobs.rules import Queue
from learning.jobs.worker import Task, Worker
from learning.kit.database import Database
from learning.mail.actions import EmailRequest, Recipient, enqueue_email
from tests.jobs.test_jobs import NOW, Clock

ANA = Recipient(email="ana@example.org", name="Ana", language="es", zone="UTC")


class Greeting:
    """A handler that greets everybody it is given, and fails on those it is told to."""

    def __init__(self, *bad: str, issue: Exception | None = None) -> None:
        self.bad = bad
        self.issue = issue or ValueError("bad")
        self.sizes: list[int] = []

    def __call__(self, session, operation, items, now) -> None:
        self.sizes.append(len(items))
        for item in items:
            if item.label in self.bad:
                raise self.issue
            word = queries.payload_of(item)["word"]
            enqueue_email(session, ANA, EmailRequest(kind="accounts.account-exists"), now=now)
            record(session, "greeted", f"{word} {item.label}", by=operation.started_by, now=now)
            finish_item(item, ItemState.DONE, now=now)


def start(session: Session, *labels: str) -> BatchOperation:
    items = [NewItem(label=label, payload={"word": "hello"}) for label in labels]
    new = NewOperation(kind="greet", label="Greet", scope="edition 1", params={"loud": True}, by=7)
    operation = actions.start_operation(session, new, items, now=NOW)
    session.commit()
    return operation


def a_worker(database: Database, handler: Greeting, **more) -> Worker:
    handlers = {
        actions.RUN_JOB: make_handler({"greet": BatchHandler(process_items=handler, **more)})
    }
    queues = frozenset({Queue.SLOW})
    return Worker(database=database, handlers=handlers, queues=queues, clock=Clock(), name="one")


def work(worker: Worker) -> int:
    done = 0
    while step := worker.step():
        done += step
    return done


def greeted(session: Session) -> list[str]:
    session.expire_all()
    messages = select(AuditEntry.subject).where(AuditEntry.action == "greeted")
    return [
        each.removeprefix("hello ") for each in session.scalars(messages.order_by(AuditEntry.id))
    ]


LABELS = [f"p{number:02}" for number in range(25)]


def test_all_are_done_once_in_their_order_in_several_batches(database, session) -> None:
    operation = start(session, *LABELS)
    handler = Greeting()
    jobs = work(a_worker(database, handler))
    assert greeted(session) == LABELS
    assert jobs == len(handler.sizes) > 1
    assert sum(handler.sizes) == 25
    session.refresh(operation)
    assert (operation.state, operation.finished_at, operation.emails) == ("finished", NOW, 25)
    assert {item.payload for item in session.scalars(select(BatchItem))} == {"{}"}


def test_to_start_takes_as_many_statements_for_1000_as_for_10(session, request) -> None:
    statements, numbers = request.getfixturevalue("queries"), []
    for count in (10, 1000):
        statements.clear()
        start(session, *[str(number) for number in range(count)])
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 6


def test_what_fails_is_named_and_stops_nobody_else(database, session, caplog) -> None:
    operation = start(session, *LABELS)
    work(a_worker(database, Greeting("p03", "p17")))
    assert greeted(session) == [each for each in LABELS if each not in {"p03", "p17"}]
    session.refresh(operation)
    counts = queries.counts(session, operation.id)
    assert (counts[ItemState.DONE], counts[ItemState.FAILED]) == (23, 2)
    assert operation.state == OperationState.FINISHED
    assert operation.emails == 23
    failed = queries.failed_items(session, operation.id)
    assert [item.label for item in failed] == ["p03", "p17"]
    assert failed[0].reason == "BatchProblem.failed"
    assert "a batch failed" in caplog.text


def test_a_busy_database_is_waited_for(database, session) -> None:
    start(session, "a")
    busy = Greeting("a", issue=OperationalError("UPDATE", {}, TimeoutError("lock timeout")))
    a_worker(database, busy).step()
    job = session.scalars(select(Job)).one()
    assert (job.state, job.due_at) == (JobState.WAITING, NOW + BUSY_RETRY_DELAY)
    assert "lock timeout" not in job.error
    assert session.scalars(select(BatchItem.state)).all() == [ItemState.WAITING]


def test_a_job_that_is_done_again_after_a_kill_tells_nobody_twice(database, session) -> None:
    """The worker died after the batch was committed and before the job was ended."""
    start(session, *LABELS)
    handler = Greeting()
    job = claim_next(session, "one", now=NOW)
    session.commit()
    task = Task(id=job.id, payload=job.payload, database=database, now=NOW)
    handle = make_handler({"greet": BatchHandler(process_items=handler)})
    handle(task)
    handle(task)
    assert handler.sizes == [10]
    session.expire_all()
    following = session.scalars(
        select(Job).where(Job.kind == actions.RUN_JOB, Job.id != job.id)
    ).one()
    again = Task(id=job.id, payload=payload_of(following), database=database, now=NOW)
    handle(again)
    done = sum(handler.sizes)
    handle(again)
    assert sum(handler.sizes) == done, "done again, it sees that it was done"
    assert greeted(session) == LABELS[:done]


@pytest.mark.parametrize("gone", [["p10"], LABELS[10:]], ids=["first", "all"])
def test_who_is_forgotten_meanwhile_stops_nobody_else(database, session, gone) -> None:
    """Their items go, the one among them with which the next batch was to begin."""
    operation = start(session, *LABELS)
    worker = a_worker(database, Greeting())
    worker.step()
    assert greeted(session) == LABELS[:10]
    for label in gone:
        items = session.query(BatchItem).filter_by(label=label)
        items.update({"payload": f'{{"word": "hello", "email": "{label}@example.org"}}'})
        person = PersonRef(id=0, email=f"{label}@example.org")
        request = ForgetRequest(person=person, now=NOW, limit=10)
        assert forget(personal_data.TABLES, session, request) == 1
    session.commit()
    work(worker)
    assert greeted(session) == [each for each in LABELS if each not in gone]
    session.refresh(operation)
    assert operation.state == OperationState.FINISHED


def test_the_job_s_lease_is_short(session) -> None:
    start(session, "a")
    terms = ClaimTerms(leases={actions.RUN_JOB: BATCH_LEASE})
    claim_next(session, "one", now=NOW, terms=terms)
    assert session.scalar(select(Job.lease_until)) == NOW + BATCH_LEASE


def test_at_the_end_more_may_be_added(database, session) -> None:
    operation = start(session, "a", "b")
    late = ["c"]

    def finish(own_session, own_operation, _now) -> None:
        items = [NewItem(label=late.pop(), payload={"word": "hello"})] if late else []
        actions.add_items(own_session, own_operation, items)

    work(a_worker(database, Greeting(), on_finish=finish))
    assert greeted(session) == ["a", "b", "c"]
    session.refresh(operation)
    assert operation.state == OperationState.FINISHED


def test_an_operation_on_nobody_ends_at_once(database, session) -> None:
    operation = start(session)
    assert work(a_worker(database, Greeting())) == 1
    session.refresh(operation)
    assert operation.state == OperationState.FINISHED


def test_operations_are_found_where_they_belong_and_swept(session) -> None:
    operation = start(session, "a")
    assert queries.operation(session, "edition 1", operation.uid) is operation
    assert queries.operation(session, "edition 2", operation.uid) is None
    assert list(queries.operations(session, "edition 1")) == [operation]
    later = NOW.replace(year=NOW.year + 1)
    actions.purge_operations(session, before=later)
    assert list(queries.operations(session, "edition 1")) == [operation], "it still runs"
    actions.finish_operation(operation, now=NOW)
    session.flush()
    actions.purge_operations(session, before=later)
    assert session.scalars(select(BatchItem)).all() == []


@pytest.mark.parametrize("size", [1, 50])
def test_the_next_job_names_how_many_and_from_where(database, session, size) -> None:
    start(session, *LABELS)
    job = session.scalars(select(Job)).one()
    payload = payload_of(job) | {"size": size}
    task = Task(id=job.id, payload=payload, database=database, now=NOW)
    make_handler({"greet": BatchHandler(process_items=Greeting())})(task)
    assert len(greeted(session)) == min(size, 25)
