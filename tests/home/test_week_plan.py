"""The plan of a week: what it shows, in which order, on which day; its minutes add up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from learning.extension_points.activities import Activity
from learning.extension_points.due import DueItem, DueKind
from learning.home import week_plan
from learning.home.week_plan import Mark, WeekDays
from tests.world import World

FIRST = date(2027, 1, 25)
START = datetime(2027, 1, 25, tzinfo=UTC)
WEEK = WeekDays(number=1, first=FIRST, since=START, until=START + timedelta(days=7))
SUNDAY_NIGHT = START + timedelta(days=6, hours=23, minutes=59)
NOON = START + timedelta(hours=12)
LESSON = DueItem(
    key="lesson:m1-l1", title="One", at=SUNDAY_NIGHT, when="Sunday", path="here",
    kind=DueKind.TARGET, done=False, activity=Activity.LESSON, minutes=20,
)  # fmt: skip
READ = replace(LESSON, key="lesson:m1-l2", done=True, done_at=NOON, minutes_done=20, title="Two")
QUIZ = replace(LESSON, key="quiz-m1", done=None, activity=Activity.QUIZ, minutes=30)
WORK = replace(QUIZ, key="peer-work", kind=DueKind.DUE, activity=Activity.PEERS, minutes=0)


def shown(*items: DueItem, moment: datetime = NOON) -> list[DueItem]:
    return week_plan.shown_items(items, WEEK, moment)


def plan(*items: DueItem) -> Any:
    return week_plan.week_plan(items, WEEK, "UTC", FIRST + timedelta(days=1))


@pytest.mark.parametrize(
    ("today", "number"),
    [(-1, 1), (0, 1), (6, 1), (7, 2), (41, 6), (60, 6)],
)
def test_a_day_outside_the_edition_has_the_nearest_week(
    world: World, today: int, number: int
) -> None:
    edition = world.running
    found = week_plan.week_of(edition, edition.starts_on + timedelta(days=today), 6)
    assert found.number == number
    assert found.first == edition.starts_on + timedelta(weeks=number - 1)
    assert found.until - found.since == timedelta(days=7)


def test_what_is_over_and_not_known_as_done_is_left_out() -> None:
    over = replace(WORK, at=NOON - timedelta(minutes=1))
    assert shown(over) == []
    assert shown(replace(over, done=True)) == [replace(over, done=True)]
    assert shown(replace(over, kind=DueKind.TARGET)) != [], "nothing closes then"
    assert shown(replace(over, at=NOON)) != []


def test_after_the_week_only_the_next_dates_are_shown() -> None:
    later = START + timedelta(days=8)
    dates = [replace(WORK, key=f"k{n}", at=later + timedelta(days=n)) for n in range(6)]
    found = shown(LESSON, replace(QUIZ, at=later), *dates)
    assert found == [LESSON, *dates[: week_plan.MAX_DATES_AHEAD]]
    assert list(plan(*found).later) == dates[: week_plan.MAX_DATES_AHEAD]


def test_minutes_of_the_rows_add_up_to_the_week() -> None:
    begun = replace(LESSON, minutes_done=8)
    found = plan(QUIZ, begun, READ, WORK)
    assert [item.key for item in found.ahead] == ["lesson:m1-l1", "quiz-m1", "peer-work"]
    assert list(found.done) == [READ]
    assert found.workload.planned == sum(item.minutes for item in (QUIZ, begun, READ, WORK))
    assert found.workload.left == sum(item.minutes_left for item in found.ahead)
    assert found.workload.done == sum(item.minutes for item in found.done) + begun.minutes_done


def test_what_is_ahead_stands_by_its_date_and_what_is_done_in_study_order() -> None:
    extended = replace(QUIZ, key="quiz-m0", at=NOON + timedelta(days=1))
    finished = replace(extended, key="quiz", done=True)
    found = plan(QUIZ, LESSON, finished, extended, READ)
    assert [item.key for item in found.ahead] == ["quiz-m0", "lesson:m1-l1", "quiz-m1"]
    assert [item.key for item in found.done] == ["lesson:m1-l2", "quiz"]


def test_days_have_what_was_done_and_what_has_its_moment() -> None:
    found = plan(QUIZ, LESSON, READ, replace(WORK, at=SUNDAY_NIGHT - timedelta(hours=1)))
    assert [day.day for day in found.days] == [FIRST + timedelta(days=n) for n in range(7)]
    assert [day.today for day in found.days] == [n == 1 for n in range(7)]
    assert list(found.days[0].marks) == [Mark(kind="done", activities=(Activity.LESSON,))]
    assert list(found.days[6].marks) == [
        Mark(kind="due", activities=(Activity.PEERS,), at=SUNDAY_NIGHT - timedelta(hours=1)),
        Mark(kind="due", activities=(Activity.QUIZ,), at=SUNDAY_NIGHT),
    ], "a lesson is meant for the week, not for its last minute"
    assert all(not day.marks for day in found.days[1:6])


def test_what_happens_for_everybody_is_no_deadline() -> None:
    event = replace(WORK, kind=DueKind.EVENT, activity=Activity.DATE)
    assert [mark.kind for mark in plan(event).days[6].marks] == [""]
    assert [mark.kind for mark in plan(event, QUIZ).days[6].marks] == ["due"]
