"""Pages of prose, as the information note: one file in each language, with the same structure."""

from collections.abc import Mapping
from itertools import pairwise, takewhile
from pathlib import Path

from learning.content.blocks import RawBlock, tokens_at_top
from learning.content.course import ALL, Kind, ProsePage, ProseSection, ValidationIssue
from learning.content.renderer import line, prose
from learning.content.style_checks import link_issues, writing_issues
from learning.content.toml_reader import read_text

Shape = list[tuple[str, int]]  # (what stands there, its line)
NO_LINKS: dict[str, tuple[str, ...]] = {"term": (), "source": (), "figure": ()}
SECTION = "##"


def read_prose(
    folder: Path, name: str, source_language: str, issues: list[ValidationIssue]
) -> Mapping[str, ProsePage]:
    """Return `name.fr.md` and its translations, by language.

    Translations are compared with the text in `source_language`.
    """
    texts, shapes = {}, {}
    for language in ALL:
        file = f"{name}.{language}.md"
        text = read_text(folder / file, file, issues)
        if text is not None:
            texts[language], shapes[language] = text, _shape(text)
            issues += _text_issues(text, file, language)
    for language in [
        each for each in shapes if source_language in shapes and each != source_language
    ]:
        file, others = f"{name}.{language}.md", f"{name}.{source_language}.md"
        issues += _differences(shapes[language], shapes[source_language], file, others)
    return {language: _page(text, language) for language, text in texts.items()}


def _page(text: str, language: str) -> ProsePage:
    """Return a text as what stands above its first heading, and a section for each heading."""
    starts = [
        token.map[0]
        for token in tokens_at_top(text)
        if token.type == "heading_open" and token.markup == SECTION and token.map
    ]
    lines = text.split("\n")
    bounds = [*starts, len(lines)]
    return ProsePage(
        lead=prose("\n".join(lines[: bounds[0]]), language),
        sections=tuple(
            ProseSection(
                key=f"s{number}",
                title=line(lines[start].removeprefix(SECTION), language),
                body=prose("\n".join(lines[start + 1 : end]), language),
            )
            for number, (start, end) in enumerate(pairwise(bounds), 1)
        ),
    )


def _text_issues(text: str, name: str, language: str) -> list[ValidationIssue]:
    block = RawBlock(key="note", kind=Kind.PARAGRAPH, line=1, source=text, body=text)
    issues = [*writing_issues(text, 1, language), *link_issues(block, NO_LINKS)]
    if not text.strip():
        issues.append((0, "there is no text"))
    return [ValidationIssue(path=name, line=at, message=message) for at, message in issues]


def _shape(text: str) -> Shape:
    tokens = tokens_at_top(text)
    return [(f"{token.type} {token.tag}", (token.map or [0])[0] + 1) for token in tokens]


def _differences(own: Shape, other: Shape, name: str, source_name: str) -> list[ValidationIssue]:
    """Return an issue at the first block that differs in kind from the source text's."""
    pairs = zip(own, other, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0][0] == pair[1][0], pairs))
    if same == len(own) == len(other):
        return []
    at = own[same][1] if same < len(own) else 0
    message = f"its {len(own)} blocks are not the {len(other)} of {source_name}"
    return [ValidationIssue(path=name, line=at, message=message)]
