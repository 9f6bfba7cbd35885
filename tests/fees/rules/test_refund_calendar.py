"""The weeks that the calendar of a quote shows."""

from datetime import date, timedelta

import pytest

from learning.fees.rules.refund_calendar import calendar_weeks, last_shown, monday_of

FIRST_DAY = date(2027, 1, 18)  # a Monday
FREE_UNTIL = date(2027, 1, 4)


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2027, 1, 3)) == date(2026, 12, 28)
    assert monday_of(FIRST_DAY) == FIRST_DAY


def test_the_calendar_goes_from_this_week_to_that_of_the_first_day() -> None:
    weeks = calendar_weeks(date(2026, 12, 29), FREE_UNTIL, FIRST_DAY)
    assert [week[0] for week in weeks] == [date(2026, 12, 28) + timedelta(7 * n) for n in range(4)]
    assert {len(week) for week in weeks} == {7}
    assert last_shown(date(2026, 12, 29), FIRST_DAY) == weeks[-1][-1] == date(2027, 1, 24)


@pytest.mark.parametrize(
    ("today", "gap"),
    [
        (date(2026, 12, 28), False),
        (date(2026, 12, 27), False),  # the week before: nothing is left out
        (date(2026, 12, 20), True),
        (date(2026, 6, 1), True),
    ],
)
def test_weeks_of_days_that_are_all_alike_are_one_gap(today: date, *, gap: bool) -> None:
    weeks = calendar_weeks(today, FREE_UNTIL, FIRST_DAY)
    assert ([] in weeks) is gap
    assert weeks[0][0] == monday_of(today)
    shown = [day for week in weeks for day in week]
    assert shown == sorted(set(shown))
    every = {date(2026, 12, 28) + timedelta(days) for days in range(28)}
    assert every <= set(shown)
    assert len(weeks) <= 6


def test_without_a_free_day_nothing_is_left_out() -> None:
    weeks = calendar_weeks(date(2026, 12, 1), None, FIRST_DAY)
    assert [] not in weeks
    assert len(weeks) == 8


def test_after_the_first_day_this_week_is_shown_alone() -> None:
    today = date(2027, 2, 3)
    (week,) = calendar_weeks(today, FREE_UNTIL, FIRST_DAY)
    assert today in week
    assert last_shown(today, FIRST_DAY) == week[-1]
