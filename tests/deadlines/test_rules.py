"""Which of an edition's date, more time and an accommodation wins, and how they add up."""

from datetime import UTC, datetime, timedelta

import pytest

from learning.content.activity_types import DeadlineKind
from learning.deadlines import rules
from learning.deadlines.rules import Accommodation

ROME = "Europe/Rome"
SATURDAY = datetime(2026, 7, 18, 21, 59, tzinfo=UTC)  # 23:59 in Rome
NONE = Accommodation()


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("until", "shift", "later"),
    [
        (None, 0, days(0)),  # nothing agreed
        (None, 2, days(2)),  # the accommodation alone
        (SATURDAY + days(3), 0, days(3)),  # the extension alone
        (SATURDAY + days(3), 2, days(3)),  # both: the later one, not the sum
        (SATURDAY + days(1), 2, days(2)),  # both: an extension takes nothing away
        (SATURDAY - days(1), 0, days(0)),  # the edition's date moved past an extension
        (SATURDAY - days(9), 2, days(2)),
        (SATURDAY, 0, days(0)),
    ],
)
def test_the_latest_date_counts(until, shift: int, later: timedelta) -> None:
    accommodation = Accommodation(shift_days=shift)
    due = rules.due_date(DeadlineKind.DUE, SATURDAY, ROME, until=until, accommodation=accommodation)
    assert (due.general, due.at) == (SATURDAY, SATURDAY + later)
    assert (due.days_later, due.is_later) == (later.days, bool(later))


def test_a_target_moves_as_a_deadline_does() -> None:
    due = rules.due_date(
        DeadlineKind.TARGET, SATURDAY, ROME, accommodation=Accommodation(shift_days=2)
    )
    assert due.at == SATURDAY + days(2)


def test_what_happens_for_everybody_happens_for_all_at_once() -> None:
    due = rules.due_date(
        DeadlineKind.EVENT, SATURDAY, ROME,
        until=SATURDAY + days(5), accommodation=Accommodation(shift_days=2),
    )  # fmt: skip
    assert (due.at, due.days_later, due.is_later) == (SATURDAY, 0, False)


def test_days_keep_their_time_of_day_over_a_change_of_the_clocks() -> None:
    friday = datetime(2026, 10, 23, 21, 59, tzinfo=UTC)  # 23:59 in summer time
    due = rules.due_date(DeadlineKind.DUE, friday, ROME, accommodation=Accommodation(shift_days=2))
    assert due.at == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)  # 23:59 in winter time
    assert due.days_later == 2


def test_days_are_counted_by_the_calendar_of_the_edition() -> None:
    until = datetime(2026, 7, 18, 22, 30, tzinfo=UTC)  # 00:30 on Sunday in Rome
    due = rules.due_date(DeadlineKind.DUE, SATURDAY, ROME, until=until)
    assert (due.days_later, due.is_later) == (1, True)
    noon = datetime(2026, 7, 18, 10, 0, tzinfo=UTC)
    same_day = rules.due_date(DeadlineKind.DUE, noon, ROME, until=SATURDAY)
    assert (same_day.days_later, same_day.is_later) == (0, True)


@pytest.mark.parametrize(
    ("minutes", "accommodation", "expected"),
    [
        (30, NONE, 30),
        (30, Accommodation(extra_time=25), 38),  # 37.5: a begun minute is given whole
        (200, Accommodation(extra_time=100), 400),
        (40, Accommodation(extra_time=25), 50),
        (None, Accommodation(extra_time=25), None),
        (30, Accommodation(no_timer=True), None),
        (30, Accommodation(no_timer=True, extra_time=50), None),
    ],
)
def test_the_time_of_an_attempt(minutes, accommodation, expected) -> None:
    assert rules.time_limit(minutes, accommodation) == expected


def test_attempts_are_added() -> None:
    assert rules.attempts(3, NONE) == 3
    assert rules.attempts(3, Accommodation(extra_attempts=2)) == 5


def test_the_most_that_can_be_agreed() -> None:
    assert rules.MAX_EXTRA_TIME == 300  # percent: four times as long
    assert rules.MAX_ATTEMPTS == 10
    assert rules.MAX_DAYS == 60


def test_nothing_agreed_is_none() -> None:
    assert NONE.is_none
    assert not Accommodation(no_timer=True).is_none
