"""Rules of the catalogue: plain values in, a plain value out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from learning.catalogue.cancellation import Policy, days_named, shares_named
from learning.catalogue.statements import Fact, Reading, read
from learning.catalogue.text_tokens import Day
from learning.kit.money import Money

SATURDAY = 5


class Inconsistency(StrEnum):
    """A kind of finding against publishing an edition; each has its own label."""

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
    OTHER_SEATS = "other-seats"
    OTHER_FEE = "other-fee"
    OTHER_NOTICE = "other-notice"
    OTHER_SHARE = "other-share"
    WEEKDAY = "weekday"
    DATES_ORDER = "dates-order"
    DATES_OUTSIDE = "dates-outside"


DATE_FACTS = {
    Fact.FIRST_DAY: (Inconsistency.OTHER_START, "starts_on"),
    Fact.LAST_DAY: (Inconsistency.OTHER_END, "ends_on"),
    Fact.DEADLINE: (Inconsistency.OTHER_DEADLINE, "apply_until"),
    Fact.WORK_DUE: (Inconsistency.OTHER_DUE, "project_due_on"),
}
NUMBER_FACTS = {
    Fact.TOTAL: (Inconsistency.OTHER_TOTAL, "learning_hours"),
    Fact.WEEKS: (Inconsistency.OTHER_WEEKS, "weeks"),
    Fact.SEATS: (Inconsistency.OTHER_SEATS, "capacity"),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The input of the publication check; `texts` by language, hours a week from low to high."""

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
    policy: Policy
    languages: tuple[str, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One finding, with the text that was found; `keys` are those of deadlines."""

    what: Inconsistency
    found_text: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DateShift:
    """A day of an edition and of the next one; `weekend`: on a Saturday or a Sunday."""

    name: str
    before: date
    after: date
    weekend: bool


def week_of(starts_on: date, today: date) -> int:
    """Return the number of the week of a day: 1 is the first, 0 or less is before."""
    return (today - starts_on).days // 7 + 1


def inconsistencies(plan: Plan, *, course_minutes: int, today: date) -> list[Finding]:
    """Return all findings against an edition.

    The information note of 2023 (A9716205) named two first days and three workloads; this
    prevents it.
    """
    findings = [*_of_days(plan, today), *_of_hours(plan, course_minutes)]
    missing = [code for code in plan.languages if not plan.texts.get(code, "").strip()]
    if missing:
        findings.append(Finding(what=Inconsistency.LANGUAGES, found_text=", ".join(missing)))
    return findings + _of_statements(plan, list(readings(plan).values()))


def readings(plan: Plan) -> dict[str, Reading]:
    """Return what was read in each text, and what was not, by language."""
    return {code: read(plan.texts.get(code, "")) for code in plan.languages}


def _of_days(plan: Plan, today: date) -> Iterable[Finding]:
    weeks = week_of(plan.starts_on, plan.ends_on)
    if weeks != plan.weeks:
        yield Finding(what=Inconsistency.LENGTH, found_text=str(weeks))
    in_order = plan.apply_until < plan.starts_on < plan.project_due_on <= plan.ends_on
    if not in_order:
        yield Finding(what=Inconsistency.DEADLINES)
    if plan.apply_until < today:
        yield Finding(what=Inconsistency.PAST)


def _of_hours(plan: Plan, course_minutes: int) -> Iterable[Finding]:
    low, high = plan.hours_low * plan.weeks, plan.hours_high * plan.weeks
    if not low <= plan.learning_hours <= high:
        yield Finding(what=Inconsistency.WORKLOAD, found_text=_range(low, high))
    if plan.learning_hours * 60 != course_minutes:
        yield Finding(what=Inconsistency.COURSE_HOURS, found_text=str(course_minutes // 60))


def _of_statements(plan: Plan, readings: Sequence[Reading]) -> list[Finding]:
    starts = {(day.day, day.month) for each in readings for day in each.days(Fact.FIRST_DAY)}
    workloads = _amounts(readings, Fact.WORKLOAD)
    findings = [
        *_of_other_days(plan, readings),
        *_of_weekdays(plan, readings),
        *_of_numbers(plan, readings),
        *_of_cancellation(plan, readings),
    ]
    if len(starts) > 1:
        days = ", ".join(f"{day}.{month}." for day, month in sorted(starts))
        findings.append(Finding(what=Inconsistency.TWO_STARTS, found_text=days))
    if len(workloads) > 1:
        hours = ", ".join(_range(*each) for each in sorted(workloads))
        findings.append(Finding(what=Inconsistency.TWO_WORKLOADS, found_text=hours))
    elif workloads - {(plan.hours_low, plan.hours_high)}:
        hours = _range(*next(iter(workloads)))
        findings.append(Finding(what=Inconsistency.OTHER_WORKLOAD, found_text=hours))
    return findings


def _of_other_days(plan: Plan, readings: Sequence[Reading]) -> Iterable[Finding]:
    """Yield the days in a text that differ from the edition's, as written."""
    starts = {(day.day, day.month) for each in readings for day in each.days(Fact.FIRST_DAY)}
    for fact, (what, name) in DATE_FACTS.items():
        if fact is Fact.FIRST_DAY and len(starts) > 1:
            continue  # two of them are a separate finding
        right = getattr(plan, name)
        other = [
            each.words
            for reading in readings
            for each in reading.of(fact)
            if each.token.day and not _is_day(each.token.day, right)
        ]
        if other:
            yield Finding(what=what, found_text=_listed(other))


def _of_weekdays(plan: Plan, readings: Sequence[Reading]) -> Iterable[Finding]:
    """Yield days that are written with a wrong weekday."""
    wrong = [
        each.words
        for reading in readings
        for fact, (_, name) in DATE_FACTS.items()
        for each in reading.of(fact)
        if each.token.day and _falls_otherwise(each.token.day, getattr(plan, name).year)
    ]
    if wrong:
        yield Finding(what=Inconsistency.WEEKDAY, found_text=_listed(wrong))


def _of_numbers(plan: Plan, readings: Sequence[Reading]) -> Iterable[Finding]:
    """Yield total hours, weeks, seats and fees that differ from the edition's."""
    for fact, (what, name) in NUMBER_FACTS.items():
        right = getattr(plan, name)
        other = {low for low, _ in _amounts(readings, fact)} - {right}
        if other:
            yield Finding(what=what, found_text=", ".join(map(str, sorted(other))))
    fees = [
        each.words
        for reading in readings
        for each in reading.of(Fact.FEE)
        if Money(each.token.low, each.token.currency) != plan.fee
    ]
    if fees:
        yield Finding(what=Inconsistency.OTHER_FEE, found_text=_listed(fees))


def _of_cancellation(plan: Plan, readings: Sequence[Reading]) -> Iterable[Finding]:
    """Yield days of notice and percents that the edition's policy does not have."""
    for fact, what, known in (
        (Fact.NOTICE, Inconsistency.OTHER_NOTICE, days_named(plan.policy)),
        (Fact.SHARE, Inconsistency.OTHER_SHARE, shares_named(plan.policy)),
    ):
        other = [
            each.words
            for reading in readings
            for each in reading.of(fact)
            if not known >= {each.token.low, each.token.high}
        ]
        if other:
            yield Finding(what=what, found_text=_listed(other))


def _amounts(readings: Sequence[Reading], fact: Fact) -> set[tuple[int, int]]:
    return {(each.token.low, each.token.high) for reading in readings for each in reading.of(fact)}


def _is_day(named: Day, right: date) -> bool:
    year = named.year or right.year
    return (named.day, named.month, year) == (right.day, right.month, right.year)


def _falls_otherwise(named: Day, year: int) -> bool:
    """Whether a weekday is wrong for its day, or the day does not exist."""
    try:
        day = date(named.year or year, named.month, named.day)
    except ValueError:
        return True
    return named.weekday is not None and day.weekday() != named.weekday


def _listed(items: Iterable[str]) -> str:
    """Return texts joined, each once, in their order."""
    return ", ".join(f"“{each}”" for each in dict.fromkeys(items))


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def shift_dates(days: Mapping[str, date], starts_on: date) -> list[DateShift]:
    """Return each day of an edition, shifted as far as its first day."""
    by = starts_on - days["starts_on"]
    return [
        DateShift(name=name, before=day, after=day + by, weekend=(day + by).weekday() >= SATURDAY)
        for name, day in days.items()
    ]


def clock_changes(zone: str, first: date, last: date) -> list[date]:
    """Return the days, first to last, on which the clocks of a zone are changed."""
    zone_info = ZoneInfo(zone)

    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(12), UTC).astimezone(zone_info).utcoffset()

    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in span if offset(day) != offset(day - timedelta(days=1))]
