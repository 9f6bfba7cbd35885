"""The blocks of a lesson as HTML, made once, and again only where a reader left a mark."""

from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, request, url_for
from markupsafe import Markup

from learning.content import shelf
from learning.content.course import Block, LessonText
from learning.kit.pages import macro
from learning.kit.text import trust
from learning.lessons.queries import Marks


@dataclass(frozen=True, kw_only=True)
class Place:
    """A lesson in one language and edition, as somebody sees it; the same place, the same HTML."""

    build: str
    revision: str
    course: str
    edition: str
    lesson: str
    language: str
    studying: bool


NO_MARKS = Marks(answers={}, notes={})


def place_of(course: str, edition: str, text_of: tuple[str, str], *, studying: bool) -> Place:
    """Return the place of a lesson; `text_of` is its key and language."""
    lesson, language = text_of
    return Place(
        build=current_app.extensions["build"],
        revision=shelf.course(course).revision,
        course=course,
        edition=edition,
        lesson=lesson,
        language=language,
        studying=studying,
    )


def draw_blocks(place: Place, marks: Marks) -> Markup:
    """Return the text of a lesson with a reader's marks in it."""
    blocks = _text(place).blocks
    if "Sec-Fetch-Site" not in request.headers:  # such a browser needs a token in every form
        return trust("".join(_draw(place, block, marks) for block in blocks))
    plain = _plain(place)
    drawn = (_marked(place, b, marks) if marks.touch(b.key) else plain[b.key] for b in blocks)
    return trust("".join(drawn))


def _marked(place: Place, block: Block, marks: Marks) -> Markup:
    if block.key == marks.refused:
        return _draw(place, block, marks)
    chosen = marks.answers.get(block.key)
    return _kept(place, block.key, chosen and tuple(chosen), marks.notes.get(block.key))


@lru_cache(maxsize=256)
def draw_tail(place: Place) -> Markup:
    """Return the end of a lesson: its words and the documents it cites."""
    course, text = shelf.course(place.course), _text(place)
    show = macro("lessons/blocks.html", "show_tail")
    terms = [course.terms[key] for key in text.terms]
    sources = [course.sources[key] for key in text.sources]
    return trust(show(terms, sources, place.language))


@lru_cache(maxsize=256)
def _plain(place: Place) -> dict[str, Markup]:
    return {block.key: _draw(place, block, NO_MARKS) for block in _text(place).blocks}


@lru_cache(maxsize=2048)
def _kept(place: Place, key: str, chosen: tuple[int, ...] | None, note: str | None) -> Markup:
    """Return a block with an answer or a note; many readers give the same answer to a check."""
    block = next(block for block in _text(place).blocks if block.key == key)
    answers = {} if chosen is None else {key: chosen}
    return _draw(place, block, Marks(answers=answers, notes={key: note} if note else {}))


def _draw(place: Place, block: Block, marks: Marks) -> Markup:
    show = macro("lessons/blocks.html", "show_block")
    check = _text(place).checks.get(block.key)
    address = url_for("lessons.show_lesson", edition=place.edition, lesson=place.lesson)
    return trust(show(block, check, address, place.studying, marks))


def _text(place: Place) -> LessonText:
    return shelf.course(place.course).lessons[place.lesson].texts[place.language]
