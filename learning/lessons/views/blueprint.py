"""The blueprint of lessons, and the context that its pages share."""

from collections.abc import Sequence
from datetime import date

from flask import abort

from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.content import registry
from learning.extension_points.current import extension_points
from learning.extension_points.page_lines import (
    PageKind,
    PageLine,
    PageReader,
    PageRef,
    collect_page_lines,
)
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.time import day_in, now
from learning.lessons import queries
from learning.lessons.outline import Outline, Reader, build_outline
from learning.lessons.queries import LearnerContext, LearnerRecord

bp = GuardedBlueprint("lessons", __name__, url_prefix="/editions/<edition>")


def context_of(edition: str) -> LearnerContext:
    return queries.get_context(db(), current_actor(), edition) or abort(404)


def today_of(context: LearnerContext) -> date:
    return day_in(context.edition.zone, now())


def outline_of(context: LearnerContext, record: LearnerRecord | None = None) -> Outline:
    """Return the course as the reader sees it; `record` is their record, if it was read."""
    reader = Reader(
        context=context,
        record=record or queries.learner_record(db(), context.enrolment_id),
        language=current_i18n().language,
        today=today_of(context),
    )
    return build_outline(registry.course(context.edition.course), reader)


def is_teaching(edition: str) -> bool:
    return current_actor().may(Permission.READ_EXPERT_NOTES, edition)


def lines_of(
    context: LearnerContext, kind: PageKind, modules: Sequence[str], lesson: str = ""
) -> dict[str, tuple[PageLine, ...]]:
    """Return what packages show on a page of studying, by module; "" is for the page itself."""
    edition = context.edition
    page = PageRef(kind=kind, edition=edition, modules=modules, lesson=lesson)
    reader = PageReader(
        enrolment_id=context.enrolment_id,
        i18n=current_i18n(),
        now=now(),
        teaching=is_teaching(edition.code),
        with_adjustments=not current_actor().read_only,
    )
    return collect_page_lines(extension_points().page_lines, db(), page, reader)
