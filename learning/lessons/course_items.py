"""The work of each module as items with a date: its lessons, and the documents beside them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from learning.catalogue.schedule import last_minute
from learning.content.course import Course, CourseOf, Lesson, Module
from learning.extension_points.activities import Activity
from learning.extension_points.due import DueItem, DueKind
from learning.extension_points.requests import EditionRef
from learning.kit.i18n import N_, I18n
from learning.kit.time import start_of_day
from learning.lessons import rules
from learning.lessons.module_documents import WORK, DocumentEntry, course_entries, module_entries

TITLES = {
    "readings": N_("Guided readings of module %(number)s"),
    "live": N_("Live session of week %(number)s"),
    "discussion": N_("Discussion of module %(number)s"),
    "page": N_("Page %(number)s of my file"),
}
"""What a document of a module is called where other modules' documents stand beside it."""
ACTIVITIES = {
    "readings": Activity.READING,
    "live": Activity.SESSION,
    "discussion": Activity.DISCUSSION,
    "page": Activity.FILE,
    "orientation": Activity.READING,
    "peer": Activity.PEERS,
    "group": Activity.GROUP,
    "project": Activity.PROJECT,
}
SHARED = frozenset({"live", "discussion"})
"""Documents of work with others: only who marked it as done is known to have done it."""
ORIENTATION = "orientation"
BRIEFS = ("peer", "group", "project")
"""Documents that say how the work of the whole course is done, as deadlines' keys begin."""


@lru_cache(maxsize=256)
def course_items(
    course_of: CourseOf, _revision: str, edition: EditionRef, i18n: I18n
) -> tuple[tuple[str, DueItem], ...]:
    """Return all work of a course, none of it begun, each with the key of its progress.

    It is the same for all who read in one language and zone. A new revision is another entry of
    the cache.
    """
    course = course_of(edition.course)
    first = course.modules[0]
    orientation = [e for e in course_entries(course, teaching=False) if e.name == ORIENTATION]
    items = [
        *((e.key, replace(_document(first, e, edition, i18n), opens_at=None)) for e in orientation),
        *(pair for module in course.modules for pair in _module(course, module, edition, i18n)),
    ]
    return tuple(items)


def lesson_path(edition_code: str, lesson: str) -> str:
    return f"editions/{edition_code}/lessons/{lesson}"


def document_path(edition_code: str, document: str) -> str:
    return f"editions/{edition_code}/documents/{document}"


def brief_of(course: Course, edition_code: str, deadline: str) -> str | None:
    """Return the address of the document that says how the work for a deadline is done."""
    name = deadline.partition("-")[0]
    if name not in BRIEFS or name not in course.work.documents:
        return None
    return document_path(edition_code, f"{WORK}-{name}")


def document_title(module: Module, entry: DocumentEntry, i18n: I18n) -> str:
    """Return the title of a document, with the number of its module where it has one."""
    return i18n.gettext(TITLES.get(entry.name, entry.title)) % {"number": i18n.number(module.week)}


def _module(
    course: Course, module: Module, edition: EditionRef, i18n: I18n
) -> Iterator[tuple[str, DueItem]]:
    for number, lesson in enumerate(module.lessons, start=1):
        if i18n.language in lesson.texts:
            yield lesson.key, _lesson(module, lesson, edition, (number, i18n))
    for entry in module_entries(course, module):
        if entry.name in TITLES:
            yield entry.key, _document(module, entry, edition, i18n)


def _lesson(
    module: Module, lesson: Lesson, edition: EditionRef, where: tuple[int, I18n]
) -> DueItem:
    number, i18n = where
    return replace(
        _item(module, edition, i18n),
        key=f"lesson:{lesson.key}",
        title=lesson.title[i18n.language],
        path=lesson_path(edition.code, lesson.key),
        detail=i18n.gettext("lesson %(number)s of %(total)s")
        % {"number": i18n.number(number), "total": i18n.number(len(module.lessons))},
        activity=Activity.LESSON,
        minutes=lesson.minutes,
        done=False,
    )


def _document(module: Module, entry: DocumentEntry, edition: EditionRef, i18n: I18n) -> DueItem:
    return replace(
        _item(module, edition, i18n),
        key=f"document:{entry.key}",
        title=document_title(module, entry, i18n),
        path=document_path(edition.code, entry.key),
        activity=ACTIVITIES[entry.name],
        minutes=entry.minutes,
        done=None if entry.name in SHARED else False,
    )


def _item(module: Module, edition: EditionRef, i18n: I18n) -> DueItem:
    """Return what all work of a module has in common: it is meant for its week."""
    at = _last_moment(module, edition)
    return DueItem(
        key="",
        title="",
        at=at,
        when=i18n.deadline(at),
        path="",
        kind=DueKind.TARGET,
        opens_at=start_of_day(rules.opens_on(edition.starts_on, module.week), edition.zone),
    )


def _last_moment(module: Module, edition: EditionRef) -> datetime:
    """Return the last minute of a module's week, or of the edition, if that ends before."""
    last_day = edition.starts_on + timedelta(weeks=module.week, days=-1)
    return last_minute(min(last_day, edition.ends_on), edition.zone)
