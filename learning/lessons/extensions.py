"""What other packages' pages show of lessons and of the documents beside them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    String,
    bindparam,
    cast,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from learning.content.course import Course, CourseOf
from learning.enrolment.models import Enrolment
from learning.extension_points.activities import Activity
from learning.extension_points.due import DueItem, DueRequest
from learning.extension_points.page_lines import PageLine, PageReader, PageRef
from learning.extension_points.requests import EditionRef, EnrolmentsRequest
from learning.extension_points.results import Result
from learning.kit.i18n import I18n
from learning.lessons import rules
from learning.lessons.course_items import ACTIVITIES, course_items, document_path
from learning.lessons.models import DocumentProgress, LearnerState, LessonProgress
from learning.lessons.module_documents import module_entries

# Statements of every page are built once: building costs more than the database does.
ENROLMENTS: BindParameter[Any] = bindparam("enrolments", expanding=True)
PROGRESS: CompoundSelect[Any] = union_all(
    select(
        LessonProgress.enrolment_id,
        LessonProgress.lesson,
        LessonProgress.block,
        LessonProgress.done_at,
    ).where(LessonProgress.enrolment_id.in_(ENROLMENTS)),
    select(
        DocumentProgress.enrolment_id,
        DocumentProgress.document,
        cast(null(), String),
        DocumentProgress.done_at,
    ).where(DocumentProgress.enrolment_id.in_(ENROLMENTS)),
)


@dataclass(frozen=True, kw_only=True)
class Begun:
    """How far somebody is in a lesson or document: the block where they are, when it was done."""

    block: str | None
    done_at: datetime | None


def results(
    course_of: CourseOf, session: Session, request: EnrolmentsRequest
) -> Mapping[int, Sequence[Result]]:
    """Return every lesson and document, done or not, in one query; no certificate needs one."""
    course, code = course_of(request.edition.course), request.edition.code
    begun = _begun(session, request)
    parts = [*_lesson_parts(course, request.i18n), *_document_parts(course, request.i18n)]
    return {
        enrolment_id: [
            Result(
                key=f"{kind}:{key}",
                title=title,
                path=f"editions/{code}/{kind}s/{key}",
                done_at=own[key].done_at if key in own else None,
            )
            for kind, key, title in parts
        ]
        for enrolment_id in request.enrolment_ids
        for own in [begun[enrolment_id]]
    }


def _lesson_parts(course: Course, i18n: I18n) -> Iterator[tuple[str, str, str]]:
    for module in course.modules:
        for lesson in module.lessons:
            yield "lesson", lesson.key, lesson.title[i18n.language]


def _document_parts(course: Course, i18n: I18n) -> Iterator[tuple[str, str, str]]:
    for module in course.modules:
        for entry in module_entries(course, module):
            yield "document", entry.key, i18n.gettext(entry.title)


def due_items(
    course_of: CourseOf, session: Session, request: DueRequest
) -> Mapping[int, Sequence[DueItem]]:
    """Return each lesson and document, to be done in the week of its module, in one query."""
    course, begun = course_of(request.edition.course), _begun(session, request)
    items = [
        (key, item)
        for key, item in course_items(course_of, course.revision, request.edition, request.i18n)
        if request.covers(item.at)
    ]
    language = request.i18n.language
    return {
        enrolment_id: [
            _with_progress(item, own[key], _blocks(course, key, language)) if key in own else item
            for key, item in items
        ]
        for enrolment_id in request.enrolment_ids
        for own in [begun[enrolment_id]]
    }


def _with_progress(item: DueItem, begun: Begun, blocks: Sequence[str]) -> DueItem:
    if begun.done_at is not None:
        return replace(item, done=True, done_at=begun.done_at, minutes_done=item.minutes)
    return replace(
        item, minutes_done=item.minutes - rules.minutes_left(item.minutes, blocks, begun.block)
    )


def _blocks(course: Course, key: str, language: str) -> Sequence[str]:
    """Return the keys of a lesson's blocks, nothing for a document."""
    return course.lessons[key].texts[language].keys if key in course.lessons else ()


def document_lines(
    course_of: CourseOf, _session: Session, page: PageRef, reader: PageReader
) -> Sequence[PageLine]:
    """Return the documents of the modules that a page shows, without a query."""
    course = course_of(page.edition.course)
    return [
        line
        for module in course.modules
        if module.key in page.modules
        for line in _document_lines(
            course_of, (course.revision, module.key), page.edition, reader.i18n
        )
    ]


@lru_cache(maxsize=1024)
def _document_lines(
    course_of: CourseOf, module_of: tuple[str, str], edition: EditionRef, i18n: I18n
) -> tuple[PageLine, ...]:
    """Return the lines of a module, the same for all; it has the revision of its course and a key.

    A new revision is another entry of the cache.
    """
    course = course_of(edition.course)
    module = next(each for each in course.modules if each.key == module_of[1])
    lines = [
        PageLine(
            key=f"document:{entry.key}",
            title=i18n.gettext(entry.title),
            path=document_path(edition.code, entry.key),
            module=module.key,
            detail=i18n.hours(entry.minutes) if entry.minutes else "",
            activity=ACTIVITIES.get(entry.name, Activity.READING),
        )
        for entry in module_entries(course, module)
    ]
    if module.lab:
        laboratory = PageLine(
            key=f"lab:{module.key}",
            title=i18n.gettext("Indicator laboratory"),
            path=f"editions/{edition.code}/lab/{module.key}",
            module=module.key,
            activity=Activity.QUIZ,
        )
        lines.append(laboratory)
    return tuple(lines)


def _begun(session: Session, request: EnrolmentsRequest) -> defaultdict[int, dict[str, Begun]]:
    """Return what was begun, by enrolment and by the key of the lesson or document."""
    rows = session.connection().execute(PROGRESS, {"enrolments": list(request.enrolment_ids)})
    begun: defaultdict[int, dict[str, Begun]] = defaultdict(dict)
    for enrolment_id, key, block, done_at in rows:
        begun[enrolment_id][key] = Begun(block=block, done_at=done_at)
    return begun


def last_active(enrolment_id: InstrumentedAttribute[int]) -> ColumnElement[datetime | None]:
    """Return when somebody last read or answered, as a column beside their enrolment."""
    seen = select(LearnerState.last_seen_at).where(LearnerState.enrolment_id == enrolment_id)
    return seen.correlate(Enrolment).scalar_subquery()
