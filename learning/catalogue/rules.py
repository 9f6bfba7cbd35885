"""Decisions of the catalogue: plain values in, a plain value out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from learning.catalogue.statements import Statements, read

SATURDAY = 5


class Inconsistency(StrEnum):
    """What speaks against publishing an edition; each has its own sentence on the page."""

    LENGTH = "length"
    WORKLOAD = "workload"
    COURSE_HOURS = "course-hours"
    DEADLINES = "deadlines"
    LANGUAGES = "languages"
    PAST = "past"
    TWO_STARTS = "two-starts"
    TWO_WORKLOADS = "two-workloads"
    OTHER_START = "other-start"
    OTHER_WORKLOAD = "other-workload"
    OTHER_TOTAL = "other-total"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An edition as the gate sees it; `texts` by language, hours a week from low to high."""

    starts_on: date
    ends_on: date
    apply_until: date
    project_due_on: date
    weeks: int
    hours_low: int
    hours_high: int
    learning_hours: int
    languages: tuple[str, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that does not fit, with what was found."""

    what: Inconsistency
    found: str = ""


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A day of an edition and where it lies in the next; `weekend`: on a Saturday or a Sunday."""

    name: str
    before: date
    after: date
    weekend: bool


def week_of(starts_on: date, today: date) -> int:
    """Return the number of the week that a day lies in: 1 is the first, 0 or less is before."""
    return (today - starts_on).days // 7 + 1


def inconsistencies(plan: Plan, *, course_minutes: int, today: date) -> list[Finding]:
    """Return everything in which an edition contradicts itself or its course.

    The information note of 2023 (A9716205) named two first days and three workloads; nobody can
    publish that here.
    """
    found = [*_of_days(plan, today), *_of_hours(plan, course_minutes)]
    missing = [code for code in plan.languages if not plan.texts.get(code, "").strip()]
    if missing:
        found.append(Finding(what=Inconsistency.LANGUAGES, found=", ".join(missing)))
    said = [read(text) for text in plan.texts.values()]
    return found + _of_statements(plan, said)


def _of_days(plan: Plan, today: date) -> Iterable[Finding]:
    weeks = week_of(plan.starts_on, plan.ends_on)
    if weeks != plan.weeks:
        yield Finding(what=Inconsistency.LENGTH, found=str(weeks))
    in_order = plan.apply_until < plan.starts_on < plan.project_due_on <= plan.ends_on
    if not in_order:
        yield Finding(what=Inconsistency.DEADLINES)
    if plan.apply_until < today:
        yield Finding(what=Inconsistency.PAST)


def _of_hours(plan: Plan, course_minutes: int) -> Iterable[Finding]:
    low, high = plan.hours_low * plan.weeks, plan.hours_high * plan.weeks
    if not low <= plan.learning_hours <= high:
        yield Finding(what=Inconsistency.WORKLOAD, found=_range(low, high))
    if plan.learning_hours * 60 != course_minutes:
        yield Finding(what=Inconsistency.COURSE_HOURS, found=str(course_minutes // 60))


def _of_statements(plan: Plan, said: Sequence[Statements]) -> list[Finding]:
    starts = frozenset().union(*(each.starts for each in said))
    workloads = frozenset().union(*(each.workloads for each in said))
    totals = frozenset().union(*(each.totals for each in said))
    found = []
    if len(starts) > 1:
        days = ", ".join(f"{day}.{month}." for day, month in sorted(starts))
        found.append(Finding(what=Inconsistency.TWO_STARTS, found=days))
    elif starts - {(plan.starts_on.day, plan.starts_on.month)}:
        day, month = next(iter(starts))
        found.append(Finding(what=Inconsistency.OTHER_START, found=f"{day}.{month}."))
    if len(workloads) > 1:
        hours = ", ".join(_range(*each) for each in sorted(workloads))
        found.append(Finding(what=Inconsistency.TWO_WORKLOADS, found=hours))
    elif workloads - {(plan.hours_low, plan.hours_high)}:
        hours = _range(*next(iter(workloads)))
        found.append(Finding(what=Inconsistency.OTHER_WORKLOAD, found=hours))
    if other := totals - {plan.learning_hours}:
        hours = ", ".join(map(str, sorted(other)))
        found.append(Finding(what=Inconsistency.OTHER_TOTAL, found=hours))
    return found


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def shifted(days: Mapping[str, date], starts_on: date) -> list[Shift]:
    """Return each day of an edition, moved as far as its first day moves."""
    by = starts_on - days["starts_on"]
    return [
        Shift(name=name, before=day, after=day + by, weekend=(day + by).weekday() >= SATURDAY)
        for name, day in days.items()
    ]


def clock_changes(zone: str, first: date, last: date) -> list[date]:
    """Return the days, first to last, on which the clocks of a zone are changed."""
    place = ZoneInfo(zone)

    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(12), UTC).astimezone(place).utcoffset()

    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in span if offset(day) != offset(day - timedelta(days=1))]
