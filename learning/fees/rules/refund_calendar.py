"""Which days the calendar of a quote shows, in weeks from Monday to Sunday; pure.

The days on which everything comes back are all alike: of many weeks of them, the calendar shows
the first and the last, and one gap between.
"""

from collections.abc import Sequence
from datetime import date, timedelta

WEEK = timedelta(days=7)
FREE_WEEKS = 2  # shown in full before the last free day, besides that of today
Weeks = Sequence[Sequence[date]]


def calendar_weeks(today: date, free_until: date | None, first_day: date) -> Weeks:
    """Return the weeks from that of today to that of the first day; an empty one is a gap.

    After the first day, return this week alone.
    """
    begins, ends = monday_of(today), monday_of(max(first_day, today))
    weeks: list[list[date]] = []
    shown_from = monday_of(free_until) - FREE_WEEKS * WEEK + WEEK if free_until else begins
    monday = begins
    while monday <= ends:
        if monday != begins and monday < shown_from:
            weeks.append([])
            monday = shown_from
        weeks.append([monday + timedelta(days=number) for number in range(7)])
        monday += WEEK
    return weeks


def monday_of(day: date) -> date:
    """Return the first day of a day's week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def last_shown(today: date, first_day: date) -> date:
    """Return the last day that can be looked at: the Sunday of the calendar's last week."""
    return monday_of(max(first_day, today)) + timedelta(days=6)
