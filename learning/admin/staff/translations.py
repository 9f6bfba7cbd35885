"""Staff page: how current the translations of a course are, and what is to do, place by place."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, ClassVar

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.catalogue.models import EditionStatus
from learning.catalogue.queries import staffed_editions
from learning.content import registry
from learning.content.course import Course, Lesson
from learning.content.translation import LessonState, TranslationState, overview
from learning.kit.db import db
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.lists import Chip, ChipChoice, ListPart
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.text import one_line

PAGE_SIZE = 50
EXCERPT_LENGTH = 90

bp = GuardedBlueprint("translations", __name__, url_prefix="/staff/courses/<course>")


class Task(StrEnum):
    """What there is to do about a paragraph in a language."""

    TO_DO = "to-do"
    MISSING = "missing"
    OUTDATED = "outdated"
    TO_REVIEW = "to-review"
    REVIEWED = "reviewed"


TASKS: Mapping[Task, tuple[str, frozenset[TranslationState]]] = {
    Task.TO_DO: (N_("To do"), frozenset({TranslationState.MISSING, TranslationState.OUTDATED})),
    Task.MISSING: (N_("Missing"), frozenset({TranslationState.MISSING})),
    Task.OUTDATED: (N_("Outdated"), frozenset({TranslationState.OUTDATED})),
    Task.TO_REVIEW: (N_("To review"), frozenset({TranslationState.TRANSLATED})),
    Task.REVIEWED: (N_("Reviewed"), frozenset({TranslationState.REVIEWED})),
}
CURRENT = (TranslationState.TRANSLATED, TranslationState.REVIEWED)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One paragraph in one language."""

    lesson: Lesson
    language: str
    state: TranslationState
    block: str


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """A paragraph as it is shown; `address` is where it is read, "" if nowhere."""

    language: str
    state: TranslationState
    excerpt: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many paragraphs of a language, or of one lesson in it, are in each state."""

    language: str
    counts: Counter[TranslationState]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def current(self) -> int:
        return sum(self.counts[each] for each in CURRENT)

    @property
    def to_do(self) -> int:
        return self.total - self.current

    @property
    def percent(self) -> int:
        """Return the share that is current, 100 only if nothing is to do."""
        return self.current * 100 // self.total if self.total else 100


@dataclass(frozen=True, kw_only=True)
class TaskTab:
    task: Task
    title: str
    count: int
    address: str


@dataclass(frozen=True, kw_only=True)
class TranslationsPage(Page):
    """Of the `total` places of a task in the chosen languages, some from `start`."""

    template: ClassVar[str] = "admin/translations.html"

    course: Course
    languages: Sequence[Progress]
    lessons: Sequence[tuple[Lesson, Sequence[tuple[Progress, str]]]]  # with the address of each
    tabs: Sequence[TaskTab]
    task: Task
    chip: Chip
    groups: Sequence[tuple[Lesson, Sequence[PlaceLine]]]
    shown: int
    start: int
    total: int
    previous: str  # the address of the page before, "" without one
    following: str


@bp.get("/translations", needs=Permission.READ_TRANSLATIONS, any_edition=True)
def show_translations(course: str) -> ResponseReturnValue:
    """Show a page of what is to do; `task` is a `Task`, `language` a language, or several."""
    known = registry.courses().get(course) or abort(404)
    states = list(overview(known, current_app.extensions["course_folder"] / course))
    edition = _edition_to_read(course)
    task = next((each for each in Task if each == request.args.get("task")), Task.TO_DO)
    languages = set(request.args.getlist("language"))
    chosen = [each for each in _languages(states) if each in languages]
    places = [place for state in states for place in _places(state)]
    listed = _of_task(places, task, chosen)
    part = ListPart(total=len(listed), size=PAGE_SIZE, requested=query_number("from"))
    shown = groupby(listed[part.start :][:PAGE_SIZE], lambda each: each.lesson)
    page = TranslationsPage(
        course=known,
        languages=[_progress(states, language) for language in _languages(states)],
        lessons=_by_lesson(states, edition),
        tabs=_tabs(course, places, chosen),
        task=task,
        chip=_chip(places, task, states, chosen),
        groups=[(lesson, _lines(known, lesson, own, edition)) for lesson, own in shown],
        shown=part.shown,
        start=part.start,
        total=part.total,
        previous=_part_address(course, task, chosen, part.previous),
        following=_part_address(course, task, chosen, part.following),
    )
    return render_page(page)


def _edition_to_read(course: str) -> str:
    """Return the latest edition in which the reader can open lessons, "" if there is none."""
    closed = {EditionStatus.DRAFT, EditionStatus.CANCELLED}
    editions = staffed_editions(db(), current_actor(), Permission.READ_LESSONS)
    own = (each.code for each in editions if each.course == course and each.status not in closed)
    return next(own, "")


def _list_address(course: str, task: Task, languages: Sequence[str], start: int = 0) -> str:
    """Return the address of a page of what is to do."""
    query: dict[str, Any] = {"task": str(task), "language": tuple(languages)}
    if start:
        query["from"] = start
    return url_for(".show_translations", course=course, **query)


def _part_address(course: str, task: Task, languages: Sequence[str], start: int | None) -> str:
    return "" if start is None else _list_address(course, task, languages, start)


def _address(edition: str, lesson: Lesson, language: str, block: str = "") -> str:
    if not edition:
        return ""
    anchor = f"b-{block}" if block else None
    return url_for(
        "lessons.show_lesson", lang=language, edition=edition, lesson=lesson.key, _anchor=anchor
    )


def _places(state: LessonState) -> list[Place]:
    return [
        Place(lesson=state.lesson, language=state.language, state=found, block=key)
        for key, found in state.blocks.items()
    ]


def _lines(
    course: Course, lesson: Lesson, places: Iterable[Place], edition: str
) -> list[PlaceLine]:
    """Return the shown paragraphs of a lesson; what is missing is read in the source."""
    source = course.source_language
    texts = {block.key: block.plain for block in lesson.texts[source].blocks}
    return [
        PlaceLine(
            language=place.language,
            state=place.state,
            excerpt=_excerpt(texts[place.block]),
            address=_address(
                edition,
                lesson,
                source if place.state is TranslationState.MISSING else place.language,
                place.block,
            ),
        )
        for place in places
    ]


def _excerpt(text: str) -> str:
    words = one_line(text)
    if len(words) <= EXCERPT_LENGTH:
        return words
    return words[:EXCERPT_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _of_task(places: Sequence[Place], task: Task, languages: Collection[str]) -> list[Place]:
    states = TASKS[task][1]
    return [
        place
        for place in places
        if place.state in states and (not languages or place.language in languages)
    ]


def _languages(states: Sequence[LessonState]) -> list[str]:
    written = {state.language for state in states}
    return [language for language in LANGUAGES if language in written]


def _progress(states: Sequence[LessonState], language: str) -> Progress:
    counts: Counter[TranslationState] = Counter()
    for state in states:
        if state.language == language:
            counts += state.counts
    return Progress(language=language, counts=counts)


def _by_lesson(
    states: Sequence[LessonState], edition: str
) -> list[tuple[Lesson, Sequence[tuple[Progress, str]]]]:
    """Return the progress of each lesson in each language, with where it is read."""
    found: list[tuple[Lesson, Sequence[tuple[Progress, str]]]] = []
    for lesson, own in groupby(states, lambda state: state.lesson):
        of_lesson = list(own)
        languages = [
            (_progress(of_lesson, each), _address(edition, lesson, each))
            for each in _languages(of_lesson)
        ]
        found.append((lesson, languages))
    return found


def _tabs(course: str, places: Sequence[Place], chosen: Sequence[str]) -> list[TaskTab]:
    return [
        TaskTab(
            task=task,
            title=title,
            count=len(_of_task(places, task, chosen)),
            address=_list_address(course, task, chosen),
        )
        for task, (title, _) in TASKS.items()
    ]


def _chip(
    places: Sequence[Place], task: Task, states: Sequence[LessonState], chosen: Collection[str]
) -> Chip:
    choices = [
        ChipChoice(
            value=each,
            title=LANGUAGES[each],
            checked=each in chosen,
            count=len(_of_task(places, task, [each])),
        )
        for each in _languages(states)
    ]
    return Chip(name="language", title=N_("Language"), choices=choices)
