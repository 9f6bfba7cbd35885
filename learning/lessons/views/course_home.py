"""The course home: all modules, what the reader has done in them, what other packages add."""

from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.catalogue.rules import week_of
from learning.content import registry
from learning.extension_points.page_lines import PageKind, by_heading
from learning.kit import conditional_get
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.lessons import home_fragments
from learning.lessons.pages import CoursePage
from learning.lessons.views.blueprint import (
    bp,
    context_of,
    is_teaching,
    lines_of,
    outline_of,
    today_of,
)


@bp.get("/", needs=Permission.READ_LESSONS)
def show_course(edition: str) -> ResponseReturnValue:
    context = context_of(edition)
    course, today = registry.course(context.edition.course), today_of(context)
    lines = lines_of(context, PageKind.COURSE_HOME, [module.key for module in course.modules])
    keys = (course.revision, context.keys, today, is_teaching(edition), lines)
    if same := conditional_get.not_modified(*keys):
        return same
    outline, week = outline_of(context), week_of(context.edition.starts_on, today)
    home = home_fragments.home_variant_of(
        context, current_i18n().language, teaching=is_teaching(edition)
    )
    page = CoursePage(
        edition=context.edition,
        course=course,
        outline=outline,
        studying=home.studying,
        modules=home_fragments.render_modules(home, outline, week, lines),
        lines=by_heading(lines.get("", ())),
        common_documents=home_fragments.render_common_documents(home),
    )
    return conditional_get.with_etag(render_page(page))
