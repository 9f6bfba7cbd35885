"""Pages of the documents beside the lessons: readings, file pages, plans, briefs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.catalogue import dates as edition_dates
from learning.content import registry
from learning.content.activity_types import Criterion, Example
from learning.content.course import Course, Document
from learning.content.deadlines import REQUIRED_KEYS
from learning.content.documents import TITLES, is_for_teachers
from learning.content.readings import reading_title
from learning.extension_points.current import extension_points
from learning.extension_points.due import DueItem, DueRequest, collect_due
from learning.extension_points.page_lines import PageKind
from learning.kit import conditional_get
from learning.kit.db import db
from learning.kit.i18n import N_, I18n
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.lessons import actions, module_documents, queries
from learning.lessons.actions import EnrolmentKey
from learning.lessons.document_dates import fill_dates, names_a_date
from learning.lessons.module_documents import DocumentPart, FoundDocument, ManifestRow
from learning.lessons.outline import ModuleItem
from learning.lessons.pages import OutlineEntry
from learning.lessons.queries import LearnerContext, LearnerEdition, LearnerRecord
from learning.lessons.views.blueprint import (
    bp,
    context_of,
    is_teaching,
    lines_of,
    outline_of,
    today_of,
)
from learning.lessons.views.module_nav import document_entries, outline_entries
from learning.lessons.views.readings import ReadingEntry, reading_entries

RUBRICS = {"project": "project", "peer": "peer", "strong": "peer", "weak": "peer"}
"""Which rubric a document of the whole course shows, by the document's name."""


@dataclass(frozen=True, kw_only=True)
class DocumentPage(Page):
    """A document; `opens_on` is set, and the rest empty, while its module is closed.

    `dates` are when the reader has to be done with it, `headings` are (anchor, title). `zone` is
    set if the text names dates and nothing else says in which zone. `readings` are those of a
    module, by the block that announces them; `reading` is the one that the document sums up.
    """

    template: ClassVar[str] = "lessons/document.html"

    edition: LearnerEdition
    key: str
    title: str
    module: ModuleItem | None
    opens_on: date | None
    studying: bool
    outline: Sequence[OutlineEntry] = ()
    headings: Sequence[tuple[str, str]] = ()
    next: OutlineEntry | None = None
    minutes: int = 0
    dates: Sequence[DueItem] = ()
    zone: str = ""
    done: bool = False
    parts: Sequence[DocumentPart] = ()
    rubric: Sequence[Criterion] = ()
    example: Example | None = None
    heads: Sequence[str] = ()
    people: Sequence[ManifestRow] = ()
    readings: Mapping[str, ReadingEntry] = field(default_factory=dict)
    reading: ReadingEntry | None = None


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A document that a reader may know of, and where it stands for them."""

    course: Course
    key: str
    own: FoundDocument
    module: ModuleItem | None
    record: LearnerRecord

    @property
    def name(self) -> str:
        return self.own.name

    @property
    def document(self) -> Document:
        return self.own.document

    def title(self, i18n: I18n) -> str:
        if self.own.module and self.own.reading:
            return reading_title(self.own.module, self.own.reading, i18n.language)
        return i18n.gettext(TITLES[self.name])


@bp.get("/documents/<document>", needs=Permission.READ_LESSONS)
def show_document(edition: str, document: str) -> ResponseReturnValue:
    context = context_of(edition)
    course, teaching = registry.course(context.edition.course), is_teaching(edition)
    keys = (course.revision, context.keys, today_of(context), teaching)
    if same := conditional_get.not_modified(document, *keys):
        return same
    found = _find(context, document)
    page = DocumentPage(
        edition=context.edition,
        key=document,
        title=found.title(current_i18n()),
        module=found.module,
        opens_on=None if found.module is None or found.module.open else found.module.opens_on,
        studying=bool(context.enrolment_id),
    )
    if page.opens_on:
        return render_page(page), 403
    return conditional_get.with_etag(render_page(_with_text(context, found, page)))


@bp.post("/documents/<document>/done", needs=Permission.SAVE_PROGRESS)
@form_post(idempotent=True, has_form=False)
def mark_document_done(edition: str, document: str) -> ResponseReturnValue:
    """Mark a document as done (`done=1`), or undo it (`done=0`)."""
    context = context_of(edition)
    found = _find(context, document)
    if context.enrolment_id is None or (found.module and not found.module.open):
        abort(404)
    key = EnrolmentKey(enrolment_id=context.enrolment_id, edition_id=context.edition.id)
    done = request.form.get("done") == "1"
    actions.mark_document_done(db(), key, document, done=done, now=now())
    return redirect(url_for(".show_document", edition=edition, document=document), 303)


def _find(context: LearnerContext, key: str) -> _Found:
    """Return a document that the reader may know of; else 404."""
    course = registry.course(context.edition.course)
    own = module_documents.find_document(course, key) or abort(404)
    if is_for_teachers(own.name) and not is_teaching(context.edition.code):
        abort(404)
    record = queries.learner_record(db(), context.enrolment_id)
    modules = outline_of(context, record).modules
    module = next((each for each in modules if own.module and each.key == own.module.key), None)
    return _Found(course=course, key=key, own=own, module=module, record=record)


def _with_text(context: LearnerContext, found: _Found, page: DocumentPage) -> DocumentPage:
    """Return the page with what a reader may see of the document."""
    course, name = found.course, found.name
    due = _due(context)
    parts = _parts(context, found, due)
    dates = _dates(found, due)
    entries = _entries(context, found)
    after = next((n for n, entry in enumerate(entries, 1) if entry.current), len(entries))
    following = next((entry for entry in entries[after:] if entry.address), None)
    readings = _readings(context, found)
    reading = readings.get(found.own.reading.key) if found.own.reading else None
    manifest = course.work.manifest if name == "group" else None
    language = current_i18n().language
    heads, people = module_documents.manifest_rows(manifest, language) if manifest else ((), ())
    return replace(
        page,
        outline=entries,
        headings=[(f"b-{part.key}", part.heading) for part in parts if part.heading],
        next=_questions(reading) if reading else following,
        minutes=reading.minutes if reading else module_documents.minutes_of(course, name),
        dates=dates,
        zone="" if dates or not _names_dates(found) else current_i18n().zone,
        done=found.key in found.record.documents,
        parts=parts,
        rubric=course.work.rubrics.get(RUBRICS.get(name, ""), ()),
        example=course.work.examples.get(name),
        heads=heads,
        people=people,
        readings={} if reading else readings,
        reading=reading,
    )


def _readings(context: LearnerContext, found: _Found) -> Mapping[str, ReadingEntry]:
    """Return the readings of the module whose guide, or one of whose summaries, this is."""
    module, i18n = found.own.module, current_i18n()
    if module is None or not (found.own.reading or found.name == "readings"):
        return {}
    return reading_entries(context, found.course, module, found.record, i18n)


def _questions(reading: ReadingEntry) -> OutlineEntry:
    title = current_i18n().gettext(N_("The questions on this reading"))
    return OutlineEntry(address=reading.guide, title=title, done=False, current=False)


def _parts(context: LearnerContext, found: _Found, due: Sequence[DueItem]) -> list[DocumentPart]:
    """Return the blocks; lessons of the module that they name are links, deadlines are dates."""
    edition, i18n = context.edition.code, current_i18n()
    instants = _instants(context, found, due)
    lessons = found.module.lessons if found.module else ()

    def address_of(number: int) -> str:
        if not 0 < number <= len(lessons):
            return ""
        key = lessons[number - 1].key
        return url_for(".show_lesson", edition=edition, lesson=key)

    return [
        replace(
            part,
            html=fill_dates(
                module_documents.link_lessons(part.html, address_of), instants.get, i18n
            ),
        )
        for part in module_documents.document_parts(
            found.name, found.document, i18n.language, teaching=is_teaching(edition)
        )
    ]


def _names_dates(found: _Found) -> bool:
    text = found.document.texts[current_i18n().language]
    return any(names_a_date(block.html) for block in text.blocks)


def _instants(
    context: LearnerContext, found: _Found, due: Sequence[DueItem]
) -> Mapping[str, datetime]:
    """Return the dates that a document may name: the reader's own, else those of the edition."""
    if due or not _names_dates(found):
        return {item.key: item.at for item in due}
    return edition_dates.instants_of(db(), context.edition, found.course.deadlines)


def _entries(context: LearnerContext, found: _Found) -> list[OutlineEntry]:
    """Return what stands in the outline: the document's module, or the whole course's papers."""
    if found.module is None:
        documents = module_documents.course_entries(
            found.course, teaching=is_teaching(context.edition.code)
        )
        return document_entries(context, documents, found.record)
    lines = lines_of(context, PageKind.LESSON, [found.module.key]).get(found.module.key, ())
    entries = outline_entries(context, found.module, lines, found.record)
    if found.own.reading is None:
        return entries
    guide = url_for(
        ".show_document", edition=context.edition.code, document=f"{found.module.key}-readings"
    )
    return [entry._replace(current=entry.address == guide) for entry in entries]


def _due(context: LearnerContext) -> list[DueItem]:
    """Return all dates of the reader; none for staff, who have no own."""
    if context.enrolment_id is None:
        return []
    query = DueRequest(
        edition=context.edition,
        enrolment_ids=[context.enrolment_id],
        i18n=current_i18n(),
        with_adjustments=not current_actor().read_only,
    )
    return collect_due(extension_points().due, db(), query)[context.enrolment_id]


def _dates(found: _Found, due: Sequence[DueItem]) -> list[DueItem]:
    """Return the reader's own dates for a document."""
    keys = {f"document:{found.key}", *REQUIRED_KEYS.get(found.name, ())}
    return [item for item in due if item.key in keys]
