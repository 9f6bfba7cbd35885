"""The outline of a module, beside its lessons and documents."""

from collections.abc import Sequence

from flask import request, url_for

from learning.extension_points.page_lines import PageLine, in_study_order
from learning.kit.languages import current_i18n
from learning.lessons.course_items import lesson_path
from learning.lessons.module_documents import DocumentEntry
from learning.lessons.outline import ModuleItem
from learning.lessons.pages import OutlineEntry
from learning.lessons.queries import LearnerContext, LearnerRecord


def outline_entries(
    context: LearnerContext, module: ModuleItem, lines: Sequence[PageLine], record: LearnerRecord
) -> list[OutlineEntry]:
    """Return a module's lessons, and what packages show beside them.

    The current one is the page of this request.
    """
    edition, i18n = context.edition.code, current_i18n()
    entries = [
        OutlineEntry(
            address=f"/{i18n.language}/{lesson_path(edition, lesson.key)}"
            if lesson.is_written and module.open
            else "",
            title=lesson.title,
            done=lesson.done,
            current=False,
        )
        for lesson in module.lessons
    ]
    entries += [
        OutlineEntry(
            address=f"/{i18n.language}/{line.path}",
            title=line.title,
            done=line.key.removeprefix("document:") in record.documents,
            current=False,
        )
        for line in in_study_order(lines)
    ]
    return [entry._replace(current=_is_here(entry.address)) for entry in entries]


def document_entries(
    context: LearnerContext, documents: Sequence[DocumentEntry], record: LearnerRecord
) -> list[OutlineEntry]:
    """Return the documents of the whole course."""
    edition, i18n = context.edition.code, current_i18n()
    entries = [
        OutlineEntry(
            address=url_for("lessons.show_document", edition=edition, document=each.key),
            title=i18n.gettext(each.title),
            done=each.key in record.documents,
            current=False,
        )
        for each in documents
    ]
    return [entry._replace(current=_is_here(entry.address)) for entry in entries]


def _is_here(address: str) -> bool:
    """Whether the page of this request is at an address, or belongs to what is there."""
    return bool(address) and f"{request.path}/".startswith(f"{address}/")
