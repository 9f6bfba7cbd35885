"""One lesson: its three files, compared, validated and rendered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from learning.content.blocks import LessonFile, RawBlock, cut
from learning.content.course import ALL, Document, Kind, LessonText, ValidationIssue
from learning.content.drawings import Drawing, read_drawing
from learning.content.project_criteria import show_titles
from learning.content.references import cited, cited_caption
from learning.content.renderer import render, render_check
from learning.content.structure import KnownNames, document_issues, lesson_issues, structure_issues
from learning.content.style_checks import LINK, count_words, links
from learning.content.toml_reader import read_text
from learning.kit.text import plain_text

Look = Callable[[LessonFile, KnownNames], list[ValidationIssue]]


@dataclass(frozen=True, kw_only=True)
class ReadLesson:
    """A lesson as read: its texts, none if a file has an issue, and the files that it needs."""

    texts: Mapping[str, LessonText] = field(default_factory=dict)
    files: Collection[str] = ()


def read_lesson(
    folder: Path, key: str, known: KnownNames, issues: list[ValidationIssue]
) -> ReadLesson:
    """Return a lesson in every language; issues of its files are added to `issues`."""
    return _read(folder, key, known, issues, lesson_issues)


def read_document(
    folder: Path, name: str, known: KnownNames, issues: list[ValidationIssue]
) -> Document:
    """Return a document; it has no drawings, no set order and no set length."""
    bare = replace(known, drawings=())
    read = _read(folder, name, bare, issues, document_issues)
    return Document(key=f"{folder.name}-{name}", texts=read.texts)


def _read(
    folder: Path, key: str, known: KnownNames, issues: list[ValidationIssue], look: Look
) -> ReadLesson:
    own_issues: list[ValidationIssue] = []
    raw: dict[str, LessonFile] = {}
    named: set[str] = set()
    for language in ALL:
        path = f"{folder.name}/{key}.{language}.md"
        text = read_text(folder / f"{key}.{language}.md", path, own_issues)
        if text is not None:
            named.update(name for kind, name in LINK.findall(text) if kind == "figure")
            raw[language] = cut(text, path, language, own_issues)
            own_issues += look(raw[language], known)
    source = raw.get(known.source_language)
    for lesson in raw.values():
        if source and lesson is not source:
            own_issues += structure_issues(lesson, source)
    names = sorted(named & set(known.drawings))
    drawings = {name: read_drawing(folder, name, own_issues) for name in names}
    issues += own_issues
    good = {name: drawing for name, drawing in drawings.items() if drawing}
    texts = {} if own_issues else {each: _text(file, known, good) for each, file in raw.items()}
    return ReadLesson(texts=texts, files=_files(key, names))


def _files(key: str, drawings: Sequence[str]) -> list[str]:
    own = [f"{key}.{language}.md" for language in ALL]
    return own + [f"{name}.{ending}" for name in drawings for ending in ("svg", "toml")]


def _text(lesson: LessonFile, known: KnownNames, drawings: Mapping[str, Drawing]) -> LessonText:
    heading, rendered = "", []
    blocks = [_with_names(block, lesson.language, known) for block in lesson.blocks]
    for block in blocks:
        rendered.append(render(block, lesson.language, drawings, heading))
        if block.kind is Kind.HEADING:
            heading = plain_text(rendered[-1].html)
        elif block.kind is Kind.TABLE:
            heading = ""  # one table at most is named by its heading
    checks = [block for block in blocks if block.kind is Kind.CHECK]
    return LessonText(
        language=lesson.language,
        blocks=rendered,
        checks={block.key: render_check(block, lesson.language) for block in checks},
        terms=_named(lesson.blocks, "term"),
        sources=list(_named(lesson.blocks, "source")),
        words=count_words(lesson.blocks),
    )


def _with_names(block: RawBlock, language: str, known: KnownNames) -> RawBlock:
    """Return a block with names in place of the keys of sources and criteria."""
    if block.kind is Kind.FIGURE:
        return replace(block, body=cited_caption(block.body, language, known.sources))
    return replace(block, body=show_titles(cited(block.body, language, known.sources)))


def _named(blocks: Sequence[RawBlock], kind: str) -> dict[str, str]:
    """Return the keys that a lesson names, in order, each with the first block that does."""
    named = dict[str, str]()
    for block in blocks:
        for key in links(block, kind):
            named.setdefault(key, block.key)
    return named
