"""When work is tried again, when regular work is due, how long a worker rests."""

from datetime import UTC, datetime, time, timedelta

import pytest

from learning.jobs import rules
from learning.jobs.rules import Priority, Queue, ScheduledJob

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
EVERY_WEEK = ScheduledJob(name="weekly", kind="say", every=timedelta(weeks=1))
DAILY = ScheduledJob(name="daily", kind="say", at=time(3, 0), zone="Europe/Rome")


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, None), (7, None)]
)
def test_what_failed_is_tried_five_times_more(attempts: int, minutes: int | None) -> None:
    wait = rules.retry_delay(attempts, 0.5)
    assert wait == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(("chance", "seconds"), [(0, 48), (0.25, 54), (0.5, 60), (0.75, 66)])
def test_chance_spreads_a_wait_by_a_fifth(chance: float, seconds: int) -> None:
    wait = rules.retry_delay(1, chance)
    assert wait
    assert wait.total_seconds() == pytest.approx(seconds)


def test_each_kind_of_work_may_wait_as_it_likes() -> None:
    waits = (timedelta(seconds=10), timedelta(seconds=20))
    found = [rules.retry_delay(attempts, 0.5, waits) for attempts in (1, 2, 3)]
    assert found == [*waits, None]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (MONDAY, MONDAY),
        (MONDAY + timedelta(days=6, hours=23), MONDAY),
        (MONDAY - timedelta(microseconds=1), MONDAY - timedelta(weeks=1)),
    ],
)
def test_weekly_work_is_due_on_mondays(now: datetime, due: datetime) -> None:
    assert rules.last_due(EVERY_WEEK, now) == due


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 1, 59, tzinfo=UTC), datetime(2026, 11, 22, 2, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        (datetime(2026, 7, 23, 1, 0, tzinfo=UTC), datetime(2026, 7, 23, 1, 0, tzinfo=UTC)),
    ],
)
def test_daily_work_is_due_at_its_hour_there(now: datetime, due: datetime) -> None:
    assert rules.last_due(DAILY, now) == due


def test_daily_work_is_due_at_three_in_greenwich_unless_told_otherwise() -> None:
    plain = ScheduledJob(name="plain", kind="say")
    assert rules.last_due(plain, MONDAY.replace(hour=4)) == MONDAY.replace(hour=3)
    assert plain.queue is Queue.DEFAULT


@pytest.mark.parametrize(
    ("queue", "priority", "one_writer", "rest"),
    [
        (Queue.DEFAULT, Priority.HIGH, True, 0),
        (Queue.DEFAULT, Priority.NORMAL, True, 0),
        (Queue.DEFAULT, Priority.LOW - 1, True, 0),
        (Queue.DEFAULT, Priority.LOW, True, 0.375),
        (Queue.DEFAULT, Priority.LOW, False, 0.125),
        (Queue.SLOW, Priority.HIGH, True, 0.375),
        (Queue.SLOW, Priority.HIGH, False, 0.125),
    ],
)
def test_slow_work_leaves_the_database_to_others(queue, priority, one_writer, rest) -> None:
    assert rules.rest_after(0.125, queue, priority, one_writer=one_writer) == rest


@pytest.mark.parametrize(("seconds", "rest"), [(0.125, 0.375), (0.2, 0.5), (60, 0.5)])
def test_nobody_rests_longer_than_half_a_second(seconds: float, rest: float) -> None:
    assert rules.rest_after(seconds, Queue.SLOW, Priority.HIGH, one_writer=True) == rest


def test_how_long_a_worker_has_for_a_job_and_between_two_heartbeats() -> None:
    assert timedelta(minutes=5) == rules.DEFAULT_LEASE
    assert timedelta(seconds=15) == rules.HEARTBEAT_INTERVAL
    assert timedelta(minutes=2) == rules.HEARTBEAT_TIMEOUT


def test_an_error_is_one_short_line_that_says_what_kind() -> None:
    assert rules.error_text(OSError("two\n lines ")) == "OSError: two lines"
    assert rules.error_text(TimeoutError()) == "TimeoutError"
    assert rules.error_text(ValueError("x" * 900)) == "ValueError: " + "x" * 288
