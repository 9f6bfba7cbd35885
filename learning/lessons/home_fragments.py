"""The course home as HTML, a module at a time: made once for all who see a module alike."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from learning.content import shelf
from learning.kit.i18n import i18n_for
from learning.kit.pages import macro
from learning.kit.text import trust
from learning.lessons import beside
from learning.lessons.outline import LessonLine, ModuleLine, Outline
from learning.lessons.queries import Here, Progress

TEMPLATE = "lessons/module.html"


@dataclass(frozen=True, kw_only=True)
class Home:
    """The course home of an edition in one language, for those who study or for those who teach."""

    build: str
    revision: str
    course: str
    edition: str
    language: str
    studying: bool
    teaching: bool


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A module as somebody sees it; `progress` says opened, done, bookmarked of each lesson."""

    home: Home
    key: str
    opens_on: date
    open: bool
    this_week: bool
    next: str | None  # the lesson to go on with, if it is in this module
    progress: tuple[tuple[bool, bool, bool], ...]


def home_of(here: Here, language: str, *, teaching: bool) -> Home:
    course = here.edition.course
    return Home(
        build=current_app.extensions["build"],
        revision=shelf.course(course).revision,
        course=course,
        edition=here.edition.code,
        language=language,
        studying=here.enrolment_id is not None,
        teaching=teaching,
    )


def draw_modules(home: Home, outline: Outline, week: int) -> Markup:
    """Return the modules with what a reader has done in them; `week` is the one that runs."""
    onward = outline.next.key if outline.next else None
    return trust("".join(_module(_seen(home, m, onward, week)) for m in outline.modules))


def _seen(home: Home, module: ModuleLine, onward: str | None, week: int) -> Seen:
    lines = module.lessons
    return Seen(
        home=home,
        key=module.key,
        opens_on=module.opens_on,
        open=module.open,
        this_week=module.week == week,
        next=onward if any(line.key == onward for line in lines) else None,
        progress=tuple((line.opened, line.done, line.bookmarked) for line in lines),
    )


@lru_cache(maxsize=512)
def _module(seen: Seen) -> Markup:
    home, course = seen.home, shelf.course(seen.home.course)
    module = next(each for each in course.modules if each.key == seen.key)
    lines = [
        LessonLine(lesson, home.language, _progress(known))
        for lesson, known in zip(module.lessons, seen.progress, strict=True)
    ]
    line = ModuleLine(
        key=module.key,
        week=module.week,
        title=module.title[home.language],
        objectives=module.objectives[home.language],
        opens_on=seen.opens_on,
        open=seen.open,
        lessons=lines,
    )
    entries = beside.entries_of(course, module)
    show = macro(TEMPLATE, "show_module")
    return trust(show(line, seen, entries, bool(module.lab), i18n_for(home.language)))


def _progress(known: tuple[bool, bool, bool]) -> Progress | None:
    opened, done, bookmarked = known
    return Progress(block=None, done=done, bookmarked=bookmarked) if opened else None


@lru_cache(maxsize=64)
def draw_rest(home: Home) -> Markup:
    """Return what stands beside the modules and is the same for everybody."""
    course = shelf.course(home.course)
    common = beside.common_entries(course, teaching=home.teaching)
    show = macro(TEMPLATE, "show_rest")
    return trust(show(course, home, common, i18n_for(home.language)))


def forget() -> None:
    """Forget what was drawn: words or templates are others now."""
    _module.cache_clear()
    draw_rest.cache_clear()
