"""Of jobs that do the same, one waits at a time, and it begins after what asked for it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning.jobs import actions
from learning.jobs.actions import NewJob, add_unless_waiting, claim_next
from learning.jobs.models import Job, JobState
from learning.jobs.rules import Priority, Queue
from learning.kit.database import Database
from tests.jobs.test_jobs import NOW
from tests.jobs.test_many_jobs import own as own  # noqa: PLC0414 a fixture


def look(edition: int = 1, **more: object) -> NewJob:
    return NewJob(kind="look", payload={"edition": edition}, now=NOW, **more)


def waiting(session: Session) -> int:
    return session.scalar(select(func.count()).where(Job.state == JobState.WAITING)) or 0


def test_one_of_a_kind_and_payload_waits_at_a_time(session: Session) -> None:
    for _ in range(3):
        add_unless_waiting(session, [look(1), look(2)])
    assert waiting(session) == 2
    add_unless_waiting(session, [look(1, queue=Queue.SLOW), look(2, priority=Priority.LOW)])
    assert waiting(session) == 4, "one of another queue or priority may come later"
    add_unless_waiting(session, [])
    assert waiting(session) == 4


def test_one_that_is_due_later_counts_and_one_that_has_begun_does_not(session: Session) -> None:
    actions.add_job(
        session, NewJob(kind="look", payload={"edition": 1}, now=NOW, due_at=NOW + timedelta(1))
    )
    add_unless_waiting(session, [look()])
    assert waiting(session) == 1
    session.execute(update(Job).values(due_at=NOW))
    assert claim_next(session, "one", now=NOW)
    add_unless_waiting(session, [look()])
    assert waiting(session) == 1, "the other one may have read what is changed now"


def test_one_that_failed_and_waits_for_its_next_attempt_does_not_count(session: Session) -> None:
    add_unless_waiting(session, [look()])
    claimed = claim_next(session, "one", now=NOW)
    assert claimed
    actions.reschedule(session, claimed, due_at=NOW + timedelta(hours=1), error="")
    add_unless_waiting(session, [look()])
    assert waiting(session) == 2


def test_the_one_that_waits_is_taken_only_after_the_transaction_that_counts_on_it(
    own: Database, database_kind: str
) -> None:
    if database_kind == "sqlite":
        pytest.skip("one transaction writes at a time")
    with own.transaction() as session:
        add_unless_waiting(session, [look()])
    with own.transaction() as counting:
        add_unless_waiting(counting, [look()])
        with own.transaction() as worker:
            assert claim_next(worker, "one", now=NOW) is None
        with own.transaction() as other:
            add_unless_waiting(other, [look()])
    with own.transaction() as worker:
        assert waiting(worker) == 2, "who cannot count on it adds its own, and waits for nobody"
        assert claim_next(worker, "one", now=NOW)
