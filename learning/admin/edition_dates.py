"""All dates of an edition in one list: its own days, openings of modules, deadlines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from learning.admin.labels import DATE_LABELS, DAY_MEANINGS, FIELD_LABELS, KIND_MEANINGS
from learning.admissions.commands.edition_notices import NoticePreview, stored_value
from learning.admissions.emails.edition_changes import format_value
from learning.catalogue import dates, rules, schedule
from learning.catalogue.models import Edition
from learning.catalogue.publication import CourseFacts
from learning.catalogue.rules import Finding
from learning.content.course import Course
from learning.deadlines.queries import extension_counts
from learning.kit.i18n import N_, I18n
from learning.kit.time import start_of_day
from learning.lessons.rules import opens_on


@dataclass(frozen=True, kw_only=True)
class DateLine:
    """One date of an edition.

    `key` is its own if it can be changed alone, else that of the date it depends on.

    `course_says` is the instant of the course's rule where staff chose another one. `week` is 0
    before the first day and one more than the last week after the last day.
    """

    key: str
    title: str
    at: datetime
    week: int
    timed: bool = True
    meaning: str = ""  # what hangs on it, in English
    extensions: int = 0  # people who have another date instead
    follows: str = ""  # the label of the day that it is on or is counted from
    course_says: datetime | None = None

    @property
    def is_alone(self) -> bool:
        """Return whether it can be moved without another date."""
        return not self.follows


@dataclass(frozen=True, kw_only=True)
class Week:
    """The dates of one week; `first` and `last` are its days, if it has any."""

    number: int
    first: date | None
    last: date | None
    lines: Sequence[DateLine]


def facts_of(course: Course) -> CourseFacts:
    return CourseFacts(minutes=course.total_minutes, deadlines=course.deadlines)


def weeks_of(session: Session, edition: Edition, course: Course, i18n: I18n) -> list[Week]:
    """Return every date of an edition in order of time, by week."""
    lines = [
        *_own_days(edition, i18n),
        *_openings(edition, course, i18n),
        *_deadlines(session, edition, course, i18n),
    ]
    lines.sort(key=lambda line: (line.week, line.at))
    return [
        _week(edition, number, list(group))
        for number, group in groupby(lines, key=lambda line: line.week)
    ]


def _own_days(edition: Edition, i18n: I18n) -> Iterator[DateLine]:
    for name, label in DATE_LABELS.items():
        day: date = getattr(edition, name)
        moment_of = start_of_day if name == "starts_on" else schedule.last_minute
        at = moment_of(day, edition.zone)
        yield DateLine(
            key=name,
            title=i18n.gettext(label),
            at=at,
            week=_week_of(edition, at),
            timed=False,
            meaning=DAY_MEANINGS[name],
        )


def _openings(edition: Edition, course: Course, i18n: I18n) -> Iterator[DateLine]:
    for module in course.modules:
        at = start_of_day(opens_on(edition.starts_on, module.week), edition.zone)
        title = i18n.gettext(N_("Module %(number)s opens: %(title)s")) % {
            "number": module.week,
            "title": module.title[i18n.language],
        }
        yield DateLine(
            key="starts_on",
            title=title,
            at=at,
            week=_week_of(edition, at),
            timed=False,
            follows=DATE_LABELS["starts_on"],
        )


def _deadlines(
    session: Session, edition: Edition, course: Course, i18n: I18n
) -> Iterator[DateLine]:
    days = dates.own_days(edition)
    instants = dates.instants_of(session, edition, course.deadlines)
    extensions = extension_counts(session, edition)
    for deadline in course.deadlines:
        at, regular = instants[deadline.key], schedule.regular(deadline, days)
        yield DateLine(
            key=deadline.day or deadline.key,
            title=deadline.title[i18n.language],
            at=at,
            week=_week_of(edition, at),
            meaning=KIND_MEANINGS[deadline.kind],
            extensions=extensions.get(deadline.key, 0),
            follows=DATE_LABELS[deadline.day] if deadline.day else "",
            course_says=regular if at != regular else None,
        )


def _week_of(edition: Edition, at: datetime) -> int:
    day = schedule.wall_time(at, edition.zone).date()
    return min(max(rules.week_of(edition.starts_on, day), 0), edition.weeks + 1)


def _week(edition: Edition, number: int, lines: Sequence[DateLine]) -> Week:
    if not 0 < number <= edition.weeks:
        return Week(number=number, first=None, last=None, lines=lines)
    first = edition.starts_on + timedelta(weeks=number - 1)
    return Week(number=number, first=first, last=first + timedelta(days=6), lines=lines)


def named(findings: Iterable[Finding], course: Course, i18n: I18n) -> list[Finding]:
    """Return findings of the publication check, with titles in place of deadlines' keys."""
    titles = {each.key: f"“{each.title[i18n.language]}”" for each in course.deadlines}
    return [
        replace(each, found_text=i18n.join_list(titles[key] for key in each.keys))
        if each.keys
        else each
        for each in findings
    ]


def changes_of(preview: NoticePreview, course: Course, i18n: I18n) -> list[tuple[str, str, str]]:
    """Return (name, before, after) of each change that people would be notified of."""
    titles = {f"date {each.key}": each.title[i18n.language] for each in course.deadlines}
    return [
        (
            titles[name] if name in titles else i18n.gettext(FIELD_LABELS[name]),
            format_value(i18n, name, stored_value(before)),
            format_value(i18n, name, stored_value(after)),
        )
        for name, before, after in preview.changes
    ]
