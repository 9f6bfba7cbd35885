"""The blocks of a lesson as HTML: cached for all who see a block alike."""

from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, request, url_for
from markupsafe import Markup

from learning.content import registry
from learning.content.course import Block, Check, LessonText
from learning.kit.pages import template_macro
from learning.kit.text import mark_safe
from learning.lessons import rules
from learning.lessons.marks import LessonMarks

TEMPLATE = "lessons/blocks.html"


@dataclass(frozen=True, kw_only=True)
class LessonVariant:
    """A lesson in one language and edition, as a reader sees it; equal variants have equal HTML."""

    build: str
    revision: str
    course: str
    edition: str
    lesson: str
    language: str
    studying: bool


@dataclass(frozen=True, kw_only=True)
class BlockMarks:
    """What one reader's page shows of a block besides its text; equal ones have equal HTML.

    `order` are the options of a check as this reader sees them, `reasons` those whose reasons are
    shown, `chosen` the answer, None before one. `late` is an answer that was not stored, since the
    check was answered on another page meanwhile.
    """

    note: str = ""
    order: tuple[int, ...] = ()
    chosen: tuple[int, ...] | None = None
    attempts: int = 0
    reasons: frozenset[int] = frozenset()
    unanswered: bool = False
    late: tuple[int, ...] | None = None

    @property
    def max_attempts(self) -> int:
        """Return after how many attempts all reasons are shown; the page says it to its script."""
        return rules.MAX_ATTEMPTS


NO_MARKS = BlockMarks()


def variant_of(
    course: str, edition: str, text_of: tuple[str, str], *, studying: bool
) -> LessonVariant:
    """Return the variant of a lesson; `text_of` is its key and language."""
    lesson, language = text_of
    return LessonVariant(
        build=current_app.extensions["build"],
        revision=registry.course(course).revision,
        course=course,
        edition=edition,
        lesson=lesson,
        language=language,
        studying=studying,
    )


def render_blocks(variant: LessonVariant, marks: LessonMarks, reader: str) -> Markup:
    """Return the text of a lesson with a reader's marks in it.

    `reader` is what the order of a check's options is derived from, "" for the course's own order.
    """
    text = _text(variant)
    own = (
        (b.key, _marks_of(variant, b, text.checks.get(b.key), marks, reader)) for b in text.blocks
    )
    plain = _plain(variant)
    needs_token = "Sec-Fetch-Site" not in request.headers  # such a browser does in every form
    render = _render if needs_token else _marked
    return mark_safe(
        "".join(
            plain[key] if shown == NO_MARKS else render(variant, key, shown) for key, shown in own
        )
    )


def _marks_of(
    variant: LessonVariant, block: Block, check: Check | None, marks: LessonMarks, reader: str
) -> BlockMarks:
    if check is None:
        note = marks.notes.get(block.key)
        return BlockMarks(note=note) if note else NO_MARKS
    options, stored = len(check.answers), marks.answers.get(block.key)
    chosen, attempts = (stored.chosen, stored.attempts) if stored else (None, 0)
    right = [answer.number for answer in check.answers if answer.right]
    late = marks.late[1] if marks.late and marks.late[0] == block.key else None
    seed = f"{reader} {variant.lesson} {block.key}"
    return BlockMarks(
        order=rules.option_order(seed, options) if reader else tuple(range(options)),
        chosen=chosen,
        attempts=attempts,
        reasons=rules.shown_reasons(chosen, right, attempts=attempts, options=options),
        unanswered=marks.unanswered == block.key,
        late=None if late is None else tuple(late),
    )


@lru_cache(maxsize=256)
def _plain(variant: LessonVariant) -> dict[str, Markup]:
    """Return the blocks as they are without marks, and without forms.

    A check always has marks, its order.
    """
    text = _text(variant)
    return {
        b.key: _render(variant, b.key, NO_MARKS) for b in text.blocks if b.key not in text.checks
    }


@lru_cache(maxsize=4096)
def _marked(variant: LessonVariant, key: str, marks: BlockMarks) -> Markup:
    """Return a block with marks; cached, since many readers give the same answer."""
    return _render(variant, key, marks)


def _render(variant: LessonVariant, key: str, marks: BlockMarks) -> Markup:
    text = _text(variant)
    block = next(block for block in text.blocks if block.key == key)
    show = template_macro(TEMPLATE, "show_block")
    address = url_for("lessons.show_lesson", edition=variant.edition, lesson=variant.lesson)
    places = {"lesson": address, "page": _page_of(variant)}
    return mark_safe(show(block, text.checks.get(key), places, variant.studying, marks))


def _page_of(variant: LessonVariant) -> str:
    """Return the address of the module's page of the reader's file, "" if it has none."""
    course = registry.course(variant.course)
    module = next(m for m in course.modules if m.key == course.lessons[variant.lesson].module)
    page = module.documents.get("page")
    if page is None:
        return ""
    return url_for("lessons.show_document", edition=variant.edition, document=page.key)


@lru_cache(maxsize=256)
def render_references(variant: LessonVariant) -> Markup:
    """Return the end of a lesson: its terms and the documents it cites."""
    course, text = registry.course(variant.course), _text(variant)
    show = template_macro(TEMPLATE, "show_references")
    terms = [course.terms[key] for key in text.terms]
    sources = [course.sources[key] for key in text.sources]
    return mark_safe(show(terms, sources, variant.language))


def _text(variant: LessonVariant) -> LessonText:
    return registry.course(variant.course).lessons[variant.lesson].texts[variant.language]
