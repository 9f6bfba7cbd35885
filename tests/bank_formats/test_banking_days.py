"""The days on which TARGET is open."""

from datetime import date

import pytest

from learning.bank_formats.banking_days import easter, is_banking_day, next_banking_day

EASTER = {2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2038: (4, 25), 2285: (3, 22)}


@pytest.mark.parametrize(("year", "day"), EASTER.items())
def test_easter(year: int, day: tuple[int, int]) -> None:
    assert easter(year) == date(year, *day)


def test_easter_is_a_sunday_between_two_days() -> None:
    for year in range(1990, 2300):
        assert easter(year).weekday() == 6
        assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("after", "day"),
    [
        (date(2026, 12, 1), date(2026, 12, 2)),
        (date(2026, 12, 4), date(2026, 12, 7)),  # a Friday
        (date(2026, 12, 24), date(2026, 12, 28)),  # 25, 26, a Sunday
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2027, 3, 25), date(2027, 3, 30)),  # Good Friday to Easter Monday
        (date(2026, 4, 30), date(2026, 5, 4)),  # 1 May is a Friday
        (date(2028, 2, 28), date(2028, 2, 29)),
    ],
)
def test_the_next_banking_day(after: date, day: date) -> None:
    assert next_banking_day(after) == day
    assert is_banking_day(day)


def test_the_days_of_a_year() -> None:
    """261 weekdays in either year; in 2026, 26 December is a Saturday."""
    for year, days in ((2025, 255), (2026, 256)):
        first = date(year, 1, 1).toordinal()
        every = [date.fromordinal(first + number) for number in range(365)]
        assert sum(map(is_banking_day, every)) == days
