"""The deadlines of a course: `[[deadlines]]` of course.toml, checked against each other."""

import re
from collections.abc import Collection, Sequence
from datetime import time

from learning.content.activity_types import Deadline, DeadlineKind
from learning.content.course import CommonWork, Module
from learning.content.toml_reader import TomlTable

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = ("project_due_on", "ends_on")
"""Days that each edition sets for itself and that a deadline may lie on, in their order."""
ENTRIES = frozenset({"key", "kind", "week", "weekday", "day", "time", "title", "after"})
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
REQUIRED_KEYS = {
    "peer": ("peer-work", "peer-reviews", "peer-feedback", "peer-release", "peer-appeal"),
    "group": ("group-plan",),
    "project": ("project",),
}
"""Which deadlines a document of the whole course asks for."""


def deadline_keys(sheet: TomlTable) -> frozenset[str]:
    """Return the keys that a document may name, before the deadlines themselves are checked."""
    tables = sheet.entries.get("deadlines")
    if not isinstance(tables, list):
        return frozenset()
    keys = (table.get("key") for table in tables if isinstance(table, dict))
    return frozenset(key for key in keys if isinstance(key, str))


def read_deadlines(sheet: TomlTable, modules: Sequence[Module], work: CommonWork) -> list[Deadline]:
    """Return the deadlines in their order; a course may have none."""
    if "deadlines" not in sheet.entries:
        _find_missing(sheet, set(), modules, work)
        return []
    weeks = max((module.week for module in modules), default=1)
    tables = sheet.tables("deadlines")
    deadlines = [_deadline(table, weeks) for table in tables]
    by_key: dict[str, Deadline] = {}
    for table, deadline in zip(tables, deadlines, strict=True):
        if deadline.key in by_key:
            table.report("key", f"a second deadline has the key “{deadline.key}”")
        _check_order(table, deadline, by_key)
        by_key[deadline.key] = deadline
    _find_missing(sheet, by_key.keys(), modules, work)
    return deadlines


def _deadline(table: TomlTable, weeks: int) -> Deadline:
    for entry in table.entries.keys() - ENTRIES:
        table.report(entry, f"a deadline has no “{entry}”")
    week, weekday, day = _week_and_time(table, weeks)
    return Deadline(
        key=table.key("key"),
        kind=_kind(table),
        time=_time(table),
        title=table.in_languages("title"),
        week=week,
        weekday=weekday,
        day=day,
        after=table.line("after") if "after" in table.entries else "",
    )


def _week_and_time(table: TomlTable, weeks: int) -> tuple[int, int, str]:
    """Return week and weekday, or the day of the edition, of a deadline."""
    if "day" in table.entries:
        for entry in ("week", "weekday"):
            if entry in table.entries:
                table.report(entry, f"{entry}: “day” says when this is already")
        day = table.line("day")
        if day not in DAYS:
            table.report("day", f"day: one of {', '.join(DAYS)}")
        return 0, 0, day
    week, weekday = table.positive_int("week"), table.entries.get("weekday")
    if week > weeks:
        table.report("week", f"week: the course has {weeks}")
    if weekday not in WEEKDAYS:
        table.report("weekday", f"weekday: one of {', '.join(WEEKDAYS)}")
        return week, 0, ""
    return week, WEEKDAYS.index(weekday), ""


def _kind(table: TomlTable) -> DeadlineKind:
    value = table.entries.get("kind", str(DeadlineKind.DUE))
    if isinstance(value, str) and value in set(DeadlineKind):
        return DeadlineKind(value)
    table.report("kind", f"kind: one of {', '.join(DeadlineKind)}")
    return DeadlineKind.DUE


def _time(table: TomlTable) -> time:
    value = table.entries.get("time")
    match = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        table.report("time", "time: a time of day as in “23:59”")
        return time()
    return time(int(match[1]), int(match[2]))


def _check_order(table: TomlTable, deadline: Deadline, before: dict[str, Deadline]) -> None:
    if not deadline.after:
        return
    earlier = before.get(deadline.after)
    if earlier is None:
        table.report("after", f"after: no deadline above has the key “{deadline.after}”")
    elif _rank(earlier) >= _rank(deadline):
        table.report("after", f"“{deadline.key}” is not later than “{deadline.after}”")


def _rank(deadline: Deadline) -> tuple[int, int, int, time]:
    """Return the sort key of deadlines; an edition's own days come after every weekday."""
    own = DAYS.index(deadline.day) + 1 if deadline.day in DAYS else 0
    return own, deadline.week, deadline.weekday, deadline.time


def _find_missing(
    sheet: TomlTable, known: Collection[str], modules: Sequence[Module], work: CommonWork
) -> None:
    """Report missing deadlines that the course's own work requires."""
    required = [f"quiz-{module.key}" for module in modules if module.bank]
    required += [
        key for name in REQUIRED_KEYS if name in work.documents for key in REQUIRED_KEYS[name]
    ]
    for key in required:
        if key not in known:
            sheet.report("deadlines", f"there is no deadline “{key}”")
