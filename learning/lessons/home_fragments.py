"""The course home as HTML, a module at a time: cached for all who see a module alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from learning.content import registry
from learning.extension_points.page_lines import PageLine, in_study_order
from learning.kit.i18n import i18n_for
from learning.kit.pages import template_macro
from learning.kit.text import mark_safe
from learning.lessons import module_documents
from learning.lessons.outline import LessonItem, ModuleItem, Outline
from learning.lessons.queries import LearnerContext, Progress

TEMPLATE = "lessons/module.html"


@dataclass(frozen=True, kw_only=True)
class HomeVariant:
    """The course home of an edition in one language, for learners or for teaching staff."""

    build: str
    revision: str
    course: str
    edition: str
    language: str
    studying: bool
    teaching: bool


@dataclass(frozen=True, kw_only=True)
class ModuleVariant:
    """A module as a reader sees it; `progress` is (opened, done, bookmarked) of each lesson."""

    home: HomeVariant
    key: str
    opens_on: date
    open: bool
    this_week: bool
    next: str | None  # the next lesson, if it is in this module
    progress: tuple[tuple[bool, bool, bool], ...]
    lines: tuple[PageLine, ...]


def home_variant_of(context: LearnerContext, language: str, *, teaching: bool) -> HomeVariant:
    course = context.edition.course
    return HomeVariant(
        build=current_app.extensions["build"],
        revision=registry.course(course).revision,
        course=course,
        edition=context.edition.code,
        language=language,
        studying=context.enrolment_id is not None,
        teaching=teaching,
    )


def render_modules(
    home: HomeVariant, outline: Outline, week: int, lines: Mapping[str, tuple[PageLine, ...]]
) -> Markup:
    """Return the modules with a reader's progress; `week` is the current one.

    `lines` are what packages show in a module, by its key.
    """
    next_lesson = outline.next.key if outline.next else None
    return mark_safe(
        "".join(
            _module(replace(_variant(home, m, next_lesson, week), lines=lines.get(m.key, ())))
            for m in outline.modules
        )
    )


def _variant(
    home: HomeVariant, module: ModuleItem, next_lesson: str | None, week: int
) -> ModuleVariant:
    lines = module.lessons
    return ModuleVariant(
        home=home,
        key=module.key,
        opens_on=module.opens_on,
        open=module.open,
        this_week=module.week == week,
        next=next_lesson if any(line.key == next_lesson for line in lines) else None,
        progress=tuple((line.opened, line.done, line.bookmarked) for line in lines),
        lines=(),
    )


@lru_cache(maxsize=512)
def _module(variant: ModuleVariant) -> Markup:
    home, course = variant.home, registry.course(variant.home.course)
    module = next(each for each in course.modules if each.key == variant.key)
    lines = [
        LessonItem(lesson, home.language, _progress(known))
        for lesson, known in zip(module.lessons, variant.progress, strict=True)
    ]
    line = ModuleItem(
        key=module.key,
        week=module.week,
        title=module.title[home.language],
        objectives=module.objectives[home.language],
        opens_on=variant.opens_on,
        open=variant.open,
        lessons=lines,
    )
    show = template_macro(TEMPLATE, "show_module")
    ordered = replace(variant, lines=in_study_order(variant.lines))
    return mark_safe(show(line, ordered, i18n_for(home.language)))


def _progress(known: tuple[bool, bool, bool]) -> Progress | None:
    opened, done, bookmarked = known
    return Progress(block=None, done=done, bookmarked=bookmarked) if opened else None


@lru_cache(maxsize=64)
def render_common_documents(home: HomeVariant) -> Markup:
    """Return the documents of the whole course, the same for everybody."""
    course = registry.course(home.course)
    common = module_documents.course_entries(course, teaching=home.teaching)
    show = template_macro(TEMPLATE, "show_common_documents")
    return mark_safe(show(course, home, common, i18n_for(home.language)))


def clear_cache() -> None:
    """Clear the cache, after translations or templates changed."""
    _module.cache_clear()
    render_common_documents.cache_clear()
