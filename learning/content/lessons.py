"""One lesson: its three files, compared, checked and rendered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from learning.content.blocks import LessonFile, RawBlock, cut
from learning.content.course import ALL, Document, Fault, Kind, LessonText
from learning.content.drawings import Drawing, read_drawing
from learning.content.rendering import render, render_check
from learning.content.sheets import read_text
from learning.content.structure import (
    Known,
    document_faults,
    lesson_faults,
    skeleton_faults,
)
from learning.content.writing import LINK, count_words, links
from learning.kit.text import plain_text

Look = Callable[[LessonFile, Known], list[Fault]]


@dataclass(frozen=True, kw_only=True)
class ReadLesson:
    """A lesson as read: its texts, none if a file has a fault, and the files that it needs."""

    texts: Mapping[str, LessonText] = field(default_factory=dict)
    files: Collection[str] = ()


def read_lesson(folder: Path, key: str, known: Known, faults: list[Fault]) -> ReadLesson:
    """Return a lesson in every language; what is wrong in its files is added to the faults."""
    return _read(folder, key, known, faults, lesson_faults)


def read_document(folder: Path, name: str, known: Known, faults: list[Fault]) -> Document:
    """Return a document beside the lessons; it has no drawings, no set order and no set length."""
    bare = replace(known, drawings=())
    read = _read(folder, name, bare, faults, document_faults)
    return Document(key=f"{folder.name}-{name}", texts=read.texts)


def _read(folder: Path, key: str, known: Known, faults: list[Fault], look: Look) -> ReadLesson:
    found: list[Fault] = []
    raw: dict[str, LessonFile] = {}
    named: set[str] = set()
    for language in ALL:
        path = f"{folder.name}/{key}.{language}.md"
        text = read_text(folder / f"{key}.{language}.md", path, found)
        if text is not None:
            named.update(name for kind, name in LINK.findall(text) if kind == "figure")
            raw[language] = cut(text, path, language, found)
            found += look(raw[language], known)
    model = raw.get(known.model)
    for lesson in raw.values():
        if model and lesson is not model:
            found += skeleton_faults(lesson, model)
    names = sorted(named & set(known.drawings))
    drawings = {name: read_drawing(folder, name, found) for name in names}
    faults += found
    good = {name: drawing for name, drawing in drawings.items() if drawing}
    texts = {} if found else {each: _text(file, good) for each, file in raw.items()}
    return ReadLesson(texts=texts, files=_files(key, names))


def _files(key: str, drawings: Sequence[str]) -> list[str]:
    own = [f"{key}.{language}.md" for language in ALL]
    return own + [f"{name}.{ending}" for name in drawings for ending in ("svg", "toml")]


def _text(lesson: LessonFile, drawings: Mapping[str, Drawing]) -> LessonText:
    heading, rendered = "", []
    for block in lesson.blocks:
        rendered.append(render(block, lesson.language, drawings, heading))
        if block.kind is Kind.HEADING:
            heading = plain_text(rendered[-1].html)
        elif block.kind is Kind.TABLE:
            heading = ""  # one table at most is named by its heading
    checks = [block for block in lesson.blocks if block.kind is Kind.CHECK]
    return LessonText(
        language=lesson.language,
        blocks=rendered,
        checks={block.key: render_check(block, lesson.language) for block in checks},
        terms=_named(lesson.blocks, "term"),
        sources=_named(lesson.blocks, "source"),
        words=count_words(lesson.blocks),
    )


def _named(blocks: Sequence[RawBlock], kind: str) -> list[str]:
    """Return the keys that a lesson names, each once, in the order of their first use."""
    return list(dict.fromkeys(key for block in blocks for key in links(block, kind)))
