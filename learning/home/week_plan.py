"""What a participant does in one week: what is done, what is ahead, days, and what is next."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from learning.catalogue import rules as catalogue_rules
from learning.extension_points.activities import Activity
from learning.extension_points.due import DueItem, DueKind
from learning.home import rules
from learning.home.rules import Workload
from learning.kit.time import WEEK, day_in, start_of_day
from learning.lessons import rules as lesson_rules
from learning.lessons.course_items import lesson_path
from learning.lessons.outline import LessonItem, ModuleItem, Outline
from learning.lessons.queries import LearnerEdition

DATES_AHEAD = timedelta(weeks=2)
"""How far the dates after the week are shown."""
MAX_DATES_AHEAD = 4
IN_THEIR_WEEK = frozenset({Activity.LESSON, Activity.READING, Activity.SESSION})
"""Work that is meant for a week, not for a moment."""


@dataclass(frozen=True, kw_only=True)
class WeekDays:
    """One week of an edition: its number from 1, its first day, and its moments in UTC."""

    number: int
    first: date
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something of a day: what was done on it, or what has its moment (UTC) on it."""

    kind: str  # "done", "due", or "" for what happens then
    activities: tuple[Activity, ...]
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WeekDay:
    """One day of the week, with what was done and what is due on it."""

    day: date
    today: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The one thing to do now; `key` is its item's, `until` None for what an earlier week left.

    `section` is the heading where the reader stopped, `size` the text's bytes; "" and 0 for work
    that is no lesson.
    """

    key: str
    title: str
    path: str
    activity: Activity
    minutes: int
    begun: bool
    until: datetime | None
    section: str = ""
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class WeekPlan:
    """A week: work, minutes, days, and later dates.

    What is done is in study order, what is ahead stands by its date.
    """

    days: Sequence[WeekDay]
    done: Sequence[DueItem]
    ahead: Sequence[DueItem]
    workload: Workload
    later: Sequence[DueItem]

    @property
    def preparation(self) -> list[DueItem]:
        """Return what can be read before the first day."""
        return [
            item
            for item in (*self.done, *self.ahead)
            if item.activity is Activity.READING and item.opens_at is None
        ]


@dataclass(frozen=True, kw_only=True)
class ModuleWeek:
    """A module in the strip of weeks; `state` is done, now or later."""

    module: ModuleItem
    starts_on: date
    state: str


def week_of(edition: LearnerEdition, today: date, weeks: int) -> WeekDays:
    """Return the week of a day, the first or last one for a day outside the edition."""
    number = min(max(catalogue_rules.week_of(edition.starts_on, today), 1), weeks)
    first = edition.starts_on + WEEK * (number - 1)
    return WeekDays(
        number=number,
        first=first,
        since=start_of_day(first, edition.zone),
        until=start_of_day(first + WEEK, edition.zone),
    )


def shown_items(items: Sequence[DueItem], week: WeekDays, moment: datetime) -> list[DueItem]:
    """Return what the page shows of the items from the week's first day on.

    Of the week everything but what is over without being known as done; of the time after it,
    the next dates, not the work that is meant for a week.
    """
    here = [i for i in items if i.at < week.until and (i.done or not _is_over(i, moment))]
    later = [i for i in items if i.at >= week.until and i.kind is not DueKind.TARGET]
    return [*here, *later[:MAX_DATES_AHEAD]]


def week_plan(items: Sequence[DueItem], week: WeekDays, zone: str, today: date) -> WeekPlan:
    """Return the plan of a week from the items that the page shows; days are in a zone."""
    here = rules.in_study_order(item for item in items if item.at < week.until)
    marks = _marks(here, zone)
    return WeekPlan(
        days=[
            WeekDay(day=day, today=day == today, marks=marks.get(day, ()))
            for day in (week.first + timedelta(days=n) for n in range(WEEK.days))
        ],
        done=[item for item in here if item.done],
        ahead=rules.by_due_date(item for item in here if not item.done),
        workload=rules.workload(here),
        later=[item for item in items if item.at >= week.until],
    )


def next_step(outline: Outline, plan: WeekPlan, edition: LearnerEdition) -> NextStep | None:
    """Return the lesson that is next, else the first work of the week that is not done."""
    if outline.next is not None:
        return _lesson_step(outline.next, plan, edition)
    for item in plan.ahead:
        if item.minutes_left:
            return NextStep(
                key=item.key,
                title=item.title,
                path=item.path,
                activity=item.activity,
                minutes=item.minutes_left,
                begun=bool(item.minutes_done),
                until=item.at,
            )
    return None


def module_weeks(edition: LearnerEdition, outline: Outline, week: int) -> list[ModuleWeek]:
    """Return the strip of weeks; `week` is the current one, 0 before the first."""
    states = {-1: "done", 0: "now", 1: "later"}
    return [
        ModuleWeek(
            module=module,
            starts_on=edition.starts_on + WEEK * (module.week - 1),
            state=states[(module.week > week) - (module.week < week)],
        )
        for module in outline.modules
    ]


def unfinished_modules(outline: Outline, week: int) -> list[ModuleItem]:
    """Return the modules of earlier weeks that have lessons left."""
    return [m for m in outline.modules if m.week < week and m.written_count and not m.finished]


def _is_over(item: DueItem, moment: datetime) -> bool:
    return item.kind is not DueKind.TARGET and item.at < moment


def _lesson_step(line: LessonItem, plan: WeekPlan, edition: LearnerEdition) -> NextStep:
    text = line.lesson.texts[line.language]
    here = next((item for item in plan.ahead if item.key == f"lesson:{line.key}"), None)
    anchor = f"#b-{line.block}" if line.block else ""
    return NextStep(
        key=f"lesson:{line.key}",
        title=line.title,
        path=f"{lesson_path(edition.code, line.key)}{anchor}",
        activity=Activity.LESSON,
        minutes=lesson_rules.minutes_left(line.minutes, text.keys, line.block),
        begun=line.opened,
        until=here.at if here else None,
        section=text.section_of(line.block),
        size=line.size,
    )


def _marks(items: Sequence[DueItem], zone: str) -> dict[date, tuple[Mark, ...]]:
    """Return the marks of days in a zone: what was done first, then the moments in their order."""
    done: defaultdict[date, list[DueItem]] = defaultdict(list)
    ahead: defaultdict[datetime, list[DueItem]] = defaultdict(list)
    for item in items:
        if item.done_at:
            done[day_in(zone, item.done_at)].append(item)
        elif not item.done and has_moment(item):
            ahead[item.at].append(item)
    marks: defaultdict[date, tuple[Mark, ...]] = defaultdict(tuple)
    for day, own in done.items():
        marks[day] = (Mark(kind="done", activities=_activities(own)),)
    for at, own in sorted(ahead.items()):
        event = all(item.kind is DueKind.EVENT for item in own)
        mark = Mark(kind="" if event else "due", activities=_activities(own), at=at)
        marks[day_in(zone, at)] += (mark,)
    return marks


def has_moment(item: DueItem) -> bool:
    """Whether an item is due at its moment; other work is meant for the whole week."""
    return item.kind is not DueKind.TARGET or item.activity not in IN_THEIR_WEEK


def _activities(items: Sequence[DueItem]) -> tuple[Activity, ...]:
    return tuple(dict.fromkeys(item.activity for item in items))
