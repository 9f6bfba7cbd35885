"""Splits a lesson file into its blocks, with the line of every issue."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from learning.content.course import Kind, ValidationIssue
from learning.content.toml_reader import KEY
from learning.kit.text import markdown

KEY_LINE = re.compile(r"\{#(.*)\}")
DIRECTIVE = re.compile(r"::: *(\S+) *")
END = ":::"
FIGURE = re.compile(r"!\[([^\]\n]+)\]\(figure:([a-z][a-z0-9-]*)\)")
DIRECTIVES = frozenset(
    {
        Kind.OBJECTIVES,
        Kind.SITUATION,
        Kind.CHECK,
        Kind.CASE,
        Kind.FILE,
        Kind.KEYPOINTS,
        Kind.SOURCES,
        Kind.AIM,
        Kind.BREAKOUT,
        Kind.CHECKLIST,
        Kind.CRITERIA,
        Kind.EXAMPLE,
        Kind.EXPERTS,
        Kind.NOTE,
        Kind.POLL,
        Kind.PROMPT,
        Kind.QUESTION,
    }
)
OPENERS = {
    "heading_open": Kind.HEADING,
    "paragraph_open": Kind.PARAGRAPH,
    "bullet_list_open": Kind.LIST,
    "ordered_list_open": Kind.LIST,
    "table_open": Kind.TABLE,
    "blockquote_open": Kind.QUOTATION,
}


@dataclass(frozen=True, kw_only=True)
class RawBlock:
    """A block as written: `body` is a directive's content, else the whole; `line` is its first."""

    key: str
    kind: Kind
    line: int
    source: str
    body: str


@dataclass(frozen=True, kw_only=True)
class LessonFile:
    """One file of a lesson: its valid blocks, and the line of every key."""

    path: str
    language: str
    blocks: Sequence[RawBlock]
    keys: Mapping[str, int]


@dataclass
class _KeyedLines:
    """The lines between one key line and the next; `line` is the key's."""

    line: int
    key: str
    lines: list[str]

    @property
    def source(self) -> str:
        return "\n".join(self.lines).rstrip()


class _BrokenBlockError(Exception):
    """Lines that are not a valid block; the line counts from the key's."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@lru_cache
def plain_parser() -> MarkdownIt:
    return markdown("en")


def tokens_at_top(text: str) -> list[Token]:
    """Return the tokens that open something at the top level."""
    return [t for t in plain_parser().parse(text) if t.level == 0 and t.nesting >= 0]


def cut(text: str, path: str, language: str, issues: list[ValidationIssue]) -> LessonFile:
    """Return the blocks of a lesson file; invalid ones become issues."""

    def issue(line: int, message: str) -> None:
        issues.append(ValidationIssue(path=path, line=line, message=message))

    blocks: list[RawBlock] = []
    keys: dict[str, int] = {}
    lines = text.split("\n")
    for line, message in _key_issues(lines):
        issue(line, message)
    for piece in _split_at_keys(lines):
        if not KEY.fullmatch(piece.key):
            issue(piece.line, f"“{{#{piece.key}}}”: a key has small letters, digits and hyphens")
        elif piece.key in keys:
            issue(piece.line, f"the key “{piece.key}” stands at line {keys[piece.key]} already")
        else:
            keys[piece.key] = piece.line
            try:
                blocks.append(_block(piece))
            except _BrokenBlockError as error:
                issue(piece.line + error.line, str(error))
    return LessonFile(path=path, language=language, blocks=blocks, keys=keys)


def _split_at_keys(lines: Sequence[str]) -> list[_KeyedLines]:
    result: list[_KeyedLines] = []
    for number, line in enumerate(lines, 1):
        if key := KEY_LINE.fullmatch(line.strip()):
            result.append(_KeyedLines(number, key[1], []))
        elif result:
            result[-1].lines.append(line)
    return result


def _key_issues(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Return (line, message) for each key that is not between a blank line and its block."""
    keys = [n for n, line in enumerate(lines, 1) if KEY_LINE.fullmatch(line.strip())]
    before = lines[: keys[0] - 1] if keys else lines
    text = next((number for number, line in enumerate(before, 1) if line.strip()), None)
    if text is not None:
        yield text, "text before the first {#key}"
    for number in keys[1:]:
        if lines[number - 2].strip():
            yield number, "a blank line stands before a key"


def _block(piece: _KeyedLines) -> RawBlock:
    source = piece.source
    if not source.strip():
        raise _BrokenBlockError(0, f"nothing stands under “{{#{piece.key}}}”")
    if not piece.lines[0].strip():
        raise _BrokenBlockError(1, "a block stands directly under its key")
    if source.startswith(END):
        kind, body = _directive(piece)
    elif FIGURE.fullmatch(source):
        kind, body = Kind.FIGURE, source
    else:
        kind, body = _kind(piece.key, source), source
    return RawBlock(key=piece.key, kind=kind, line=piece.line + 1, source=source, body=body)


def _kind(key: str, source: str) -> Kind:
    """Return what a block of plain Markdown is."""
    opened = tokens_at_top(source)
    kind = OPENERS.get(opened[0].type) if opened else None
    if kind is None or (kind is Kind.HEADING and opened[0].tag != "h2"):
        message = "not a heading (##), paragraph, list, table, quotation, figure or directive"
        raise _BrokenBlockError(1, message)
    if len(opened) > 1:
        raise _second_block(key, (opened[1].map or [0])[0] + 1)
    return kind


def _directive(piece: _KeyedLines) -> tuple[Kind, str]:
    opening = DIRECTIVE.fullmatch(piece.lines[0])
    inside = [line.rstrip() for line in piece.lines[1:]]
    if opening is None or END not in inside:
        raise _BrokenBlockError(1, "a directive begins with “::: name” and ends with a line “:::”")
    if opening[1] not in DIRECTIVES:
        raise _BrokenBlockError(1, f"there is no directive “{opening[1]}”")
    end = inside.index(END)
    for number, line in enumerate(inside[end + 1 :], end + 3):
        if line:
            raise _second_block(piece.key, number)
    body = "\n".join(piece.lines[1 : end + 1])
    for number, line in enumerate(inside[:end], 2):
        if line.startswith(END):
            raise _BrokenBlockError(number, "a directive inside another")
    if not body.strip():
        raise _BrokenBlockError(1, "this directive is empty")
    return Kind(opening[1]), body


def _second_block(key: str, line: int) -> _BrokenBlockError:
    return _BrokenBlockError(line, f"a second block under “{{#{key}}}”; give it a key of its own")
