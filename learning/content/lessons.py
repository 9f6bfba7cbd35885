"""One lesson: its three files, compared, checked and rendered."""

from collections.abc import Sequence
from pathlib import Path

from learning.content.blocks import RawBlock, cut
from learning.content.course import ALL, Fault, Kind, LessonText
from learning.content.drawings import Drawing, read_drawing
from learning.content.rendering import parse_check, render
from learning.content.sheets import read_text
from learning.content.structure import (
    Known,
    count_words,
    lesson_faults,
    links,
    skeleton_faults,
)
from learning.kit.text import plain_text


def read_lesson(folder: Path, key: str, known: Known, faults: list[Fault]) -> dict[str, LessonText]:
    """Return a lesson in every language; what is wrong in its files is added to the faults."""
    raw: dict[str, Sequence[RawBlock]] = {}
    for language in ALL:
        path = f"{folder.name}/{key}.{language}.md"
        text = read_text(folder / f"{key}.{language}.md", path, faults)
        if text is not None:
            raw[language] = cut(text, path, faults)
            faults += lesson_faults(raw[language], path, language, known)
    for language in [each for each in raw if known.model in raw and each != known.model]:
        path = f"{folder.name}/{key}.{language}.md"
        faults += skeleton_faults(raw[language], raw[known.model], path)
    drawings = _drawings(folder, raw, known, faults)
    return {language: _text(blocks, language, drawings) for language, blocks in raw.items()}


def _drawings(
    folder: Path, raw: dict[str, Sequence[RawBlock]], known: Known, faults: list[Fault]
) -> dict[str, Drawing]:
    named = {key for blocks in raw.values() for block in blocks for key in links(block, "figure")}
    found = {
        name: read_drawing(folder, name, faults) for name in sorted(named & set(known.drawings))
    }
    return {name: drawing for name, drawing in found.items() if drawing}


def _text(blocks: Sequence[RawBlock], language: str, drawings: dict[str, Drawing]) -> LessonText:
    heading, rendered = "", []
    for block in blocks:
        rendered.append(render(block, language, drawings, heading))
        if block.kind is Kind.HEADING:
            heading = plain_text(rendered[-1].html)
    checks = [parse_check(block, language) for block in blocks if block.kind is Kind.CHECK]
    return LessonText(
        language=language,
        blocks=rendered,
        checks={check.key: check for check in checks},
        terms=_named(blocks, "term"),
        sources=_named(blocks, "source"),
        words=count_words(blocks),
    )


def _named(blocks: Sequence[RawBlock], kind: str) -> list[str]:
    """Return the keys that a lesson names, each once, in the order of their first use."""
    return list(dict.fromkeys(key for block in blocks for key in links(block, kind)))
