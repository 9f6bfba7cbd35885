"""Decisions of the catalogue: plain values in, a plain value out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from learning.catalogue.statements import Fact, Reading, read
from learning.catalogue.tokens import Day
from learning.kit.money import Money

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
    OTHER_END = "other-end"
    OTHER_DEADLINE = "other-deadline"
    OTHER_DUE = "other-due"
    OTHER_WEEKS = "other-weeks"
    OTHER_PLACES = "other-places"
    OTHER_FEE = "other-fee"
    WEEKDAY = "weekday"


DAYS_SAID = {
    Fact.FIRST_DAY: (Inconsistency.OTHER_START, "starts_on"),
    Fact.LAST_DAY: (Inconsistency.OTHER_END, "ends_on"),
    Fact.DEADLINE: (Inconsistency.OTHER_DEADLINE, "apply_until"),
    Fact.WORK_DUE: (Inconsistency.OTHER_DUE, "project_due_on"),
}
NUMBERS_SAID = {
    Fact.TOTAL: (Inconsistency.OTHER_TOTAL, "learning_hours"),
    Fact.WEEKS: (Inconsistency.OTHER_WEEKS, "weeks"),
    Fact.PLACES: (Inconsistency.OTHER_PLACES, "capacity"),
}


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
    capacity: int
    fee: Money
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
    return found + _of_statements(plan, list(readings(plan).values()))


def readings(plan: Plan) -> dict[str, Reading]:
    """Return what was read in each text, and what was not, by language."""
    return {code: read(plan.texts.get(code, "")) for code in plan.languages}


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


def _of_statements(plan: Plan, said: Sequence[Reading]) -> list[Finding]:
    starts = {(day.day, day.month) for each in said for day in each.days(Fact.FIRST_DAY)}
    workloads = _amounts(said, Fact.WORKLOAD)
    found = [*_of_other_days(plan, said), *_of_weekdays(plan, said), *_of_numbers(plan, said)]
    if len(starts) > 1:
        days = ", ".join(f"{day}.{month}." for day, month in sorted(starts))
        found.append(Finding(what=Inconsistency.TWO_STARTS, found=days))
    if len(workloads) > 1:
        hours = ", ".join(_range(*each) for each in sorted(workloads))
        found.append(Finding(what=Inconsistency.TWO_WORKLOADS, found=hours))
    elif workloads - {(plan.hours_low, plan.hours_high)}:
        hours = _range(*next(iter(workloads)))
        found.append(Finding(what=Inconsistency.OTHER_WORKLOAD, found=hours))
    return found


def _of_other_days(plan: Plan, said: Sequence[Reading]) -> Iterable[Finding]:
    """Yield the days that a text names otherwise than the edition, as they stand there."""
    starts = {(day.day, day.month) for each in said for day in each.days(Fact.FIRST_DAY)}
    for fact, (what, name) in DAYS_SAID.items():
        if fact is Fact.FIRST_DAY and len(starts) > 1:
            continue  # two of them are a finding of their own
        right = getattr(plan, name)
        other = [
            each.words
            for reading in said
            for each in reading.of(fact)
            if each.token.day and not _is_day(each.token.day, right)
        ]
        if other:
            yield Finding(what=what, found=_listed(other))


def _of_weekdays(plan: Plan, said: Sequence[Reading]) -> Iterable[Finding]:
    """Yield the days that are named with a weekday on which they do not fall."""
    wrong = [
        each.words
        for reading in said
        for fact, (_, name) in DAYS_SAID.items()
        for each in reading.of(fact)
        if each.token.day and _falls_otherwise(each.token.day, getattr(plan, name).year)
    ]
    if wrong:
        yield Finding(what=Inconsistency.WEEKDAY, found=_listed(wrong))


def _of_numbers(plan: Plan, said: Sequence[Reading]) -> Iterable[Finding]:
    """Yield the hours in all, weeks, places and fees that are other than the edition's."""
    for fact, (what, name) in NUMBERS_SAID.items():
        right = getattr(plan, name)
        other = {low for low, _ in _amounts(said, fact)} - {right}
        if other:
            yield Finding(what=what, found=", ".join(map(str, sorted(other))))
    fees = [
        each.words
        for reading in said
        for each in reading.of(Fact.FEE)
        if Money(each.token.low, each.token.currency) != plan.fee
    ]
    if fees:
        yield Finding(what=Inconsistency.OTHER_FEE, found=_listed(fees))


def _amounts(said: Sequence[Reading], fact: Fact) -> set[tuple[int, int]]:
    return {(each.token.low, each.token.high) for reading in said for each in reading.of(fact)}


def _is_day(named: Day, right: date) -> bool:
    year = named.year or right.year
    return (named.day, named.month, year) == (right.day, right.month, right.year)


def _falls_otherwise(named: Day, year: int) -> bool:
    """Whether a weekday is named on which the day does not fall, or a day that no month has."""
    try:
        day = date(named.year or year, named.month, named.day)
    except ValueError:
        return True
    return named.weekday is not None and day.weekday() != named.weekday


def _listed(said: Iterable[str]) -> str:
    """Return what texts say, each once, in their order."""
    return ", ".join(f"“{each}”" for each in dict.fromkeys(said))


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
