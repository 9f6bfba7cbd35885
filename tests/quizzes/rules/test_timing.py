"""When an attempt may begin, when it ends, what is late: to the second, with accommodations."""

from datetime import UTC, datetime, timedelta

import pytest

from learning.deadlines.rules import Accommodation
from learning.quizzes.rules.timing import (
    AttemptHistory,
    Limits,
    StartProblem,
    Window,
    attempt_ends,
    limits_for,
    next_attempt_from,
    start_problem,
)
from tests.quizzes.questions import RULES

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
OPEN = Window(opens=NOW - DAY, closes=NOW + DAY)
LIMITS = Limits(minutes=45, attempts=3)


@pytest.mark.parametrize(
    ("accommodation", "released", "limits"),
    [
        (Accommodation(), 0, Limits(minutes=45, attempts=3)),
        (Accommodation(extra_time=50), 0, Limits(minutes=68, attempts=3)),  # 67.5 rounded up
        (Accommodation(no_timer=True, extra_time=50), 0, Limits(minutes=None, attempts=3)),
        (Accommodation(extra_attempts=2), 0, Limits(minutes=45, attempts=5)),
        (Accommodation(extra_attempts=2), 1, Limits(minutes=45, attempts=6)),
        (Accommodation(shift_days=9), 1, Limits(minutes=45, attempts=4)),
    ],
)
def test_an_accommodation_and_a_released_attempt_count(accommodation, released, limits) -> None:
    assert limits_for(RULES, accommodation, released) == limits


@pytest.mark.parametrize(
    ("minutes", "closes", "ends"),
    [
        (45, None, 45),
        (45, 46, 45),
        (45, 44, 44),  # the close comes first
        (None, 44, 44),
        (None, None, None),
    ],
)
def test_an_attempt_ends_with_its_time_or_at_the_close(minutes, closes, ends) -> None:
    def moment(number: int | None) -> datetime | None:
        return None if number is None else NOW + timedelta(minutes=number)

    assert attempt_ends(NOW, minutes, moment(closes)) == moment(ends)


def test_the_next_attempt_waits_from_the_end_of_the_last() -> None:
    ended = AttemptHistory(number=1, last_ended=NOW)
    assert next_attempt_from(ended, 24) == NOW + DAY
    assert next_attempt_from(ended, 0) is None
    assert next_attempt_from(AttemptHistory(), 24) is None


ENDED = NOW - 24 * HOUR


@pytest.mark.parametrize(
    ("window", "history", "problem"),
    [
        (OPEN, AttemptHistory(), None),
        (Window(), AttemptHistory(), None),
        (Window(opens=NOW), AttemptHistory(), None),
        (Window(opens=NOW + SECOND), AttemptHistory(), StartProblem.NOT_OPEN),
        (Window(closes=NOW + SECOND), AttemptHistory(), None),
        (Window(closes=NOW), AttemptHistory(), StartProblem.CLOSED),
        (OPEN, AttemptHistory(number=1, in_progress=True), StartProblem.IN_PROGRESS),
        (Window(closes=NOW), AttemptHistory(number=1, in_progress=True), StartProblem.IN_PROGRESS),
        (OPEN, AttemptHistory(number=2, last_ended=ENDED), None),
        (OPEN, AttemptHistory(number=2, last_ended=ENDED + SECOND), StartProblem.WAIT),
        (OPEN, AttemptHistory(number=3, last_ended=ENDED), StartProblem.NO_ATTEMPTS),
        (OPEN, AttemptHistory(number=3, last_ended=ENDED + SECOND), StartProblem.NO_ATTEMPTS),
        (Window(closes=NOW), AttemptHistory(number=3, last_ended=ENDED), StartProblem.CLOSED),
    ],
)
def test_why_no_attempt_can_begin(window, history, problem) -> None:
    assert start_problem(NOW, window, history, LIMITS, 24) == problem


def test_without_a_wait_the_next_attempt_begins_at_once() -> None:
    assert start_problem(NOW, OPEN, AttemptHistory(number=1, last_ended=NOW), LIMITS, 0) is None
