"""A lesson file cut into its blocks, with the line of every fault."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from learning.content.course import Fault, Kind
from learning.kit.text import markdown

KEY_LINE = re.compile(r"\{#(.*)\}")
KEY = re.compile(r"[a-z][a-z0-9-]*")
DIRECTIVE = re.compile(r"::: *([a-z]+) *\n(.*)\n:::", re.DOTALL)
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
    """A block as written: `body` is a directive's inside, else the whole; `line` is its first."""

    key: str
    kind: Kind
    line: int
    source: str
    body: str


@lru_cache
def plain_parser() -> MarkdownIt:
    return markdown("en")


def tokens_at_top(text: str) -> list[Token]:
    """Return the tokens that open something at the top level."""
    return [t for t in plain_parser().parse(text) if t.level == 0 and t.nesting >= 0]


def cut(text: str, path: str, faults: list[Fault]) -> list[RawBlock]:
    """Return the blocks of a lesson file; what cannot be one becomes a fault."""
    blocks: list[RawBlock] = []
    for line, key, source in _pieces(text, path, faults):
        if not KEY.fullmatch(key):
            message = f"“{{#{key}}}”: a key has small letters, digits and hyphens"
            faults.append(Fault(path=path, line=line, message=message))
        elif block := _block(key, line + 1, source, path, faults):
            blocks.append(block)
    counts = Counter(block.key for block in blocks)
    for block in blocks:
        if counts[block.key] > 1:
            message = f"the key “{block.key}” is used {counts[block.key]} times"
            faults.append(Fault(path=path, line=block.line - 1, message=message))
    return blocks


def _pieces(text: str, path: str, faults: list[Fault]) -> list[tuple[int, str, str]]:
    """Return (line of the key, key, source) for each piece that starts with a key line."""
    pieces: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        key = KEY_LINE.fullmatch(line.strip())
        if key:
            pieces.append((number, key[1], []))
        elif pieces:
            pieces[-1][2].append(line)
        elif line.strip():
            faults.append(Fault(path=path, line=number, message="text before the first {#key}"))
    return [(number, key, "\n".join(lines).rstrip()) for number, key, lines in pieces]


def _block(key: str, line: int, source: str, path: str, faults: list[Fault]) -> RawBlock | None:
    def fault(message: str) -> None:
        faults.append(Fault(path=path, line=line, message=message))

    if not source.strip():
        fault(f"nothing stands under “{{#{key}}}”")
        return None
    if source.startswith(":::"):
        return _directive(key, line, source, path, faults)
    if FIGURE.fullmatch(source.strip()):
        return RawBlock(key=key, kind=Kind.FIGURE, line=line, source=source, body=source)
    opened = tokens_at_top(source)
    kinds = [OPENERS.get(token.type) for token in opened]
    if len(kinds) > 1:
        start = (opened[1].map or [0])[0]
        message = f"a second block under “{{#{key}}}”; give it a key of its own"
        faults.append(Fault(path=path, line=line + start, message=message))
        return None
    kind = kinds[0] if kinds else None
    if kind is None or (kind is Kind.HEADING and opened[0].tag not in {"h2", "h3"}):
        fault("not a heading (##), paragraph, list, table, quotation, figure or directive")
        return None
    return RawBlock(key=key, kind=kind, line=line, source=source, body=source)


def _directive(key: str, line: int, source: str, path: str, faults: list[Fault]) -> RawBlock | None:
    parts = DIRECTIVE.fullmatch(source)
    if parts is None:
        message = "a directive begins with “::: name” and ends with a line “:::”"
    elif parts[1] not in DIRECTIVES:
        message = f"there is no directive “{parts[1]}”"
    elif not parts[2].strip():
        message = "this directive is empty"
    else:
        return RawBlock(key=key, kind=Kind(parts[1]), line=line, source=source, body=parts[2])
    faults.append(Fault(path=path, line=line, message=message))
    return None
