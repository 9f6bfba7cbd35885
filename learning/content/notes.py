"""The information note: one text in three languages, with the same headings and paragraphs."""

from itertools import takewhile
from pathlib import Path

from markupsafe import Markup

from learning.content.blocks import RawBlock, tokens_at_top
from learning.content.course import ALL, Fault, Kind
from learning.content.rendering import prose
from learning.content.sheets import read_text
from learning.content.writing import faults_of_links, faults_of_writing

Shape = list[tuple[str, int]]  # (what stands there, its line)
NO_LINKS: dict[str, tuple[str, ...]] = {"term": (), "source": (), "figure": ()}


def read_note(folder: Path, model: str, faults: list[Fault]) -> dict[str, Markup]:
    """Return the note as HTML by language; the others are compared with the model's."""
    texts, shapes = {}, {}
    for language in ALL:
        name = f"note.{language}.md"
        text = read_text(folder / name, name, faults)
        if text is not None:
            texts[language], shapes[language] = text, _shape(text)
            faults += _faults(text, name, language)
    for language in [each for each in shapes if model in shapes and each != model]:
        faults += _differences(shapes[language], shapes[model], f"note.{language}.md", model)
    return {language: prose(text, language) for language, text in texts.items()}


def _faults(text: str, name: str, language: str) -> list[Fault]:
    block = RawBlock(key="note", kind=Kind.PARAGRAPH, line=1, source=text, body=text)
    found = [*faults_of_writing(text, 1, language), *faults_of_links(block, NO_LINKS)]
    if not text.strip():
        found.append((0, "there is no text"))
    return [Fault(path=name, line=line, message=message) for line, message in found]


def _shape(text: str) -> Shape:
    tokens = tokens_at_top(text)
    return [(f"{token.type} {token.tag}", (token.map or [0])[0] + 1) for token in tokens]


def _differences(own: Shape, other: Shape, name: str, model: str) -> list[Fault]:
    """Return a fault at the first block that is not what stands there in the model."""
    pairs = zip(own, other, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0][0] == pair[1][0], pairs))
    if same == len(own) == len(other):
        return []
    line = own[same][1] if same < len(own) else 0
    message = f"its {len(own)} blocks are not the {len(other)} of note.{model}.md"
    return [Fault(path=name, line=line, message=message)]
