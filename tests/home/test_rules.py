"""The rules of a participant's first page, as cases."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from learning.access.permissions import Role
from learning.extension_points.activities import Activity
from learning.home import rules
from learning.home.rules import Period, Situation, Teacher, Team, Workload

FIRST, LAST = date(2027, 1, 25), date(2027, 3, 5)
RUNNING = Period(starts_on=FIRST, ends_on=LAST, closed=False)
DAY = timedelta(days=1)
SUNDAY = datetime(2027, 1, 31, 23, 59, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    activity: Activity
    minutes: int = 0
    minutes_done: int = 0
    done: bool | None = None
    at: datetime = SUNDAY


@pytest.mark.parametrize(
    ("today", "has_next", "expected"),
    [
        (FIRST - DAY, True, Situation.BEFORE),
        (FIRST - DAY, False, Situation.BEFORE),
        (FIRST, True, Situation.STUDYING),
        (FIRST, False, Situation.UP_TO_DATE),
        (LAST, True, Situation.STUDYING),
        (LAST, False, Situation.UP_TO_DATE),
        (LAST + DAY, True, Situation.FINISHED),
        (LAST + DAY, False, Situation.FINISHED),
    ],
)
def test_where_a_participant_is(today: date, has_next: bool, expected: Situation) -> None:
    assert rules.situation(RUNNING, today, has_next=has_next) is expected


def test_an_edition_that_staff_closed_is_finished_on_any_day() -> None:
    closed = Period(starts_on=FIRST, ends_on=LAST, closed=True)
    for today in (FIRST - DAY, FIRST, LAST + DAY):
        assert rules.situation(closed, today, has_next=True) is Situation.FINISHED


def test_work_is_in_study_order_and_stays_in_its_own() -> None:
    quiz, late, early = Item(Activity.QUIZ), Item(Activity.LESSON, 2), Item(Activity.LESSON, 1)
    reading = Item(Activity.READING)
    assert rules.in_study_order([quiz, late, reading, early]) == [late, early, reading, quiz]
    assert rules.in_study_order([]) == []


def test_what_is_due_first_stands_first_and_study_order_decides_at_one_moment() -> None:
    overdue = Item(Activity.PEERS, at=SUNDAY - 5 * DAY)
    extended = Item(Activity.QUIZ, at=SUNDAY - 3 * DAY)
    lesson, reading, quiz = Item(Activity.LESSON), Item(Activity.READING), Item(Activity.QUIZ)
    found = rules.by_due_date([quiz, extended, reading, lesson, overdue])
    assert found == [overdue, extended, lesson, reading, quiz]
    assert rules.by_due_date([]) == []


@pytest.mark.parametrize(
    ("items", "workload", "left", "percent"),
    [
        ([], Workload(planned=0, done=0), 0, 0),
        ([Item(Activity.DATE)], Workload(planned=0, done=0), 0, 0),
        ([Item(Activity.LESSON, 24, 24)], Workload(planned=24, done=24), 0, 100),
        ([Item(Activity.LESSON, 24, 24), Item(Activity.QUIZ, 30, 1)],
         Workload(planned=54, done=25), 29, 46),
        ([Item(Activity.LESSON, 1000, 999)], Workload(planned=1000, done=999), 1, 99),
    ],
)  # fmt: skip
def test_minutes_add_up(items, workload: Workload, left: int, percent: int) -> None:
    found = rules.workload(items)
    assert (found, found.left, found.percent) == (workload, left, percent)


def teacher(uid: str, role: Role, name: str = "") -> Teacher:
    return Teacher(uid=uid, name=name, role=role)


@pytest.mark.parametrize(
    ("teachers", "team"),
    [
        ([], Team(named=[], others=[])),
        (
            [teacher("a", Role.TUTOR), teacher("b", Role.LEAD), teacher("c", Role.TUTOR)],
            Team(named=[], others=[(Role.LEAD, 1), (Role.TUTOR, 2)]),
        ),
        (
            [teacher("a", Role.LEAD, "Ana"), teacher("b", Role.TUTOR, "Ana")],
            Team(named=[("Ana", [Role.LEAD]), ("Ana", [Role.TUTOR])], others=[]),
        ),
        (
            [
                teacher("b", Role.EXPERT, "Bo"),
                teacher("c", Role.EXPERT),
                teacher("b", Role.TUTOR, "Bo"),
            ],
            Team(named=[("Bo", [Role.EXPERT, Role.TUTOR])], others=[(Role.EXPERT, 1)]),
        ),
    ],
)
def test_who_did_not_agree_to_be_named_is_only_counted(teachers: list[Teacher], team: Team) -> None:
    assert rules.team_of(teachers) == team
    assert bool(team) == bool(teachers)
