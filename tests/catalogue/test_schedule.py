"""When the dates of an edition are: over a change of the clocks, after a move, by hand."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from learning.catalogue import schedule
from learning.catalogue.schedule import OwnDays
from learning.content.activity_types import Deadline, DeadlineKind

ROME, LIMA = "Europe/Rome", "America/Lima"
START = date(2026, 10, 5)  # a Monday; Rome's clocks go back on Sunday 25 October


def days(starts_on: date = START, zone: str = ROME) -> OwnDays:
    last = starts_on + timedelta(days=39)
    return OwnDays(starts_on=starts_on, project_due_on=last, ends_on=last, zone=zone)


def deadline(week: int = 3, weekday: int = 5, clock: time = time(23, 59), **more) -> Deadline:
    values = {"key": "work", "kind": DeadlineKind.DUE, "title": {}} | more
    return Deadline(week=week, weekday=weekday, time=clock, **values)


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001 what the clocks show


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "own", "expected"),
    [
        (deadline(week=1, weekday=0, clock=time()), days(), at(2026, 10, 4, 22, 0)),
        (deadline(week=3, weekday=5), days(), at(2026, 10, 24, 21, 59)),  # summer time
        (deadline(week=3, weekday=6), days(), at(2026, 10, 25, 22, 59)),  # winter time
        (deadline(week=3), days(zone=LIMA), at(2026, 10, 25, 4, 59)),
        (deadline(week=1), days(date(2026, 10, 7)), at(2026, 10, 10, 21, 59)),  # on Wednesday
        (deadline(week=1, weekday=1), days(date(2026, 10, 7)), at(2026, 10, 13, 21, 59)),
        (deadline(day="ends_on"), days(), at(2026, 11, 13, 22, 59)),
        (deadline(day="project_due_on"), days(), at(2026, 11, 13, 22, 59)),
    ],
)
def test_a_deadline_has_an_instant_in_the_editions_zone(data, own, expected) -> None:
    assert schedule.regular(data, own) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (wall(2026, 10, 25, 2, 30), at(2026, 10, 25, 1, 30)),  # comes twice: the second
        (wall(2026, 3, 29, 2, 30), at(2026, 3, 29, 1, 30)),  # is left out: 03:30
        (wall(2026, 3, 29, 12, 0), at(2026, 3, 29, 10, 0)),
    ],
)
def test_of_a_doubtful_time_the_later_counts(shown: datetime, expected: datetime) -> None:
    assert schedule.instant(shown, ROME) == expected


def test_the_last_minute_of_a_day_is_that_of_its_zone() -> None:
    assert schedule.last_minute(date(2026, 3, 29), ROME) == at(2026, 3, 29, 21, 59)
    assert schedule.last_minute(date(2026, 3, 28), ROME) == at(2026, 3, 28, 22, 59)


def test_a_moved_edition_keeps_weekday_and_time_over_the_change_of_clocks() -> None:
    work, before, after = deadline(), days(), days(START + timedelta(weeks=1))
    moved = schedule.moved(work, schedule.regular(work, before), before, after)
    assert moved == at(2026, 10, 31, 22, 59)  # Saturday 23:59 again, an hour more of UTC
    assert moved - schedule.regular(work, before) == timedelta(days=7, hours=1)


def test_an_edition_that_begins_on_another_weekday_keeps_the_deadlines_weekday() -> None:
    work, before, after = deadline(), days(), days(START + timedelta(days=2))
    moved = schedule.moved(work, schedule.regular(work, before), before, after)
    assert schedule.wall_time(moved, ROME).strftime("%A %H:%M") == "Saturday 23:59"


def test_what_was_changed_by_hand_stays_changed_by_as_much() -> None:
    work, before = deadline(), days()
    by_hand = schedule.instant(wall(2026, 10, 26, 12, 0), ROME)  # Monday noon
    later = days(START + timedelta(weeks=2))
    moved = schedule.moved(work, by_hand, before, later)
    assert schedule.wall_time(moved, ROME) == wall(2026, 11, 9, 12, 0)
    abroad = schedule.moved(work, by_hand, before, days(zone=LIMA))
    assert schedule.wall_time(abroad, LIMA) == wall(2026, 10, 26, 12, 0)


def test_a_date_on_a_day_of_the_edition_follows_that_day() -> None:
    final, before = deadline(day="ends_on"), days()
    stray = schedule.regular(final, before) + timedelta(days=3)
    after = days(START + timedelta(weeks=1))
    assert schedule.moved(final, stray, before, after) == schedule.regular(final, after)


def test_what_is_out_of_order_or_outside_is_named() -> None:
    opens = deadline(key="opens", weekday=0, clock=time())
    work, last = deadline(after="opens"), deadline(key="last", week=6, after="work")
    instants = {each.key: schedule.regular(each, days()) for each in (opens, work, last)}
    order = [opens, work, last]
    assert schedule.out_of_order(order, instants) == []
    assert schedule.outside(instants, days()) == ["last"]  # Saturday; the last day is a Friday
    same = instants | {"work": instants["opens"]}
    assert schedule.out_of_order(order, same) == ["work"]
    assert schedule.out_of_order([work], {"work": instants["work"]}) == []
    first = schedule.instant(wall(2026, 10, 5), ROME)
    edges = {"in": first, "out": first - timedelta(minutes=1)}
    assert schedule.outside(edges, days()) == ["out"]
