"""What a lesson must have: order, checks, length, the same skeleton in each language."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from learning.content.blocks import FIGURE, RawBlock
from learning.content.course import Fault, Kind
from learning.content.rendering import parse_check
from learning.kit.typography import faults as typographic_faults

FIRST = (Kind.OBJECTIVES, Kind.SITUATION)
LAST = (Kind.FILE, Kind.KEYPOINTS, Kind.SOURCES)
ONCE = (*FIRST, *LAST)
SHORTEST, LONGEST = 900, 1400
FEWEST_CHECKS, FEWEST_ANSWERS = 2, 3
ITEMS = {Kind.OBJECTIVES: (3, 3), Kind.KEYPOINTS: (3, 5)}
LINK = re.compile(r"\]\((term|source|figure):([^)]*)\)")
TARGET = re.compile(r"\]\([^)]*\)")
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
NEW_UNIT = re.compile(r"\s*(?:[-*>|#]|\d+\.|$)")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a lesson may refer to, and which of its languages is the source text."""

    terms: Collection[str]
    sources: Collection[str]
    drawings: Collection[str]
    model: str  # the language whose skeleton the others follow


def links(block: RawBlock, kind: str) -> list[str]:
    """Return the keys that a block's links of one kind (term, source) name, in order."""
    return [key for scheme, key in LINK.findall(block.source) if scheme == kind]


def count_words(blocks: Sequence[RawBlock]) -> int:
    return sum(len(WORD.findall(TARGET.sub("]", block.body))) for block in blocks)


def lesson_faults(
    blocks: Sequence[RawBlock], path: str, language: str, known: Known
) -> list[Fault]:
    """Return everything wrong in one file of a lesson."""
    found = [*_order(blocks), *_counts(blocks), *_references(blocks, known)]
    for block in blocks:
        found += _items(block)
        found += _check(block) if block.kind is Kind.CHECK else []
        found += _writing(block, language)
    return [Fault(path=path, line=line, message=message) for line, message in found]


def _order(blocks: Sequence[RawBlock]) -> Iterator[tuple[int, str]]:
    kinds = [block.kind for block in blocks]
    for kind in ONCE:
        if kinds.count(kind) != 1:
            yield 0, f"a lesson has one “{kind}”; here are {kinds.count(kind)}"
    if kinds[:2] != list(FIRST):
        yield 0, "a lesson begins with objectives and situation"
    if kinds[-3:] != list(LAST):
        yield 0, "a lesson ends with file, keypoints and sources"


def _counts(blocks: Sequence[RawBlock]) -> Iterator[tuple[int, str]]:
    checks = sum(block.kind is Kind.CHECK for block in blocks)
    if checks < FEWEST_CHECKS:
        yield 0, f"a lesson has {FEWEST_CHECKS} checks or more; here are {checks}"
    words = count_words(blocks)
    if not SHORTEST <= words <= LONGEST:
        yield 0, f"{words} words; a lesson has {SHORTEST} to {LONGEST}"


def _references(blocks: Sequence[RawBlock], known: Known) -> Iterator[tuple[int, str]]:
    places = {"term": known.terms, "source": known.sources, "figure": known.drawings}
    names = {"term": "glossary term", "source": "source", "figure": "drawing"}
    for block in blocks:
        for offset, text in enumerate(block.source.split("\n")):
            for kind, key in LINK.findall(text):
                if key not in places[kind]:
                    yield block.line + offset, f"there is no {names[kind]} “{key}”"
        if "](figure:" in block.source and not FIGURE.fullmatch(block.source.strip()):
            yield block.line, "a figure is a block of its own"


def _items(block: RawBlock) -> Iterator[tuple[int, str]]:
    if block.kind not in ITEMS:
        return
    least, most = ITEMS[block.kind]
    items = sum(line.startswith("- ") for line in block.body.split("\n"))
    if not least <= items <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        yield block.line, f"{block.kind}: {wanted} items; here are {items}"


def _check(block: RawBlock) -> Iterator[tuple[int, str]]:
    check = parse_check(block, "en")
    if not check.question.strip():
        yield block.line, "this check has no question"
    if len(check.answers) < FEWEST_ANSWERS:
        yield block.line, f"a check has {FEWEST_ANSWERS} answers or more"
    if not any(answer.right for answer in check.answers):
        yield block.line, "no answer of this check is right"
    if check.answers and all(answer.right for answer in check.answers):
        yield block.line, "no answer of this check is wrong"
    for answer in check.answers:
        if not answer.why.strip():
            yield block.line, f"answer {answer.number + 1} has no explanation"


def _writing(block: RawBlock, language: str) -> Iterator[tuple[int, str]]:
    for offset, text in _units(block.source):
        if TAG.search(text):
            yield block.line + offset, "HTML is not allowed"
        for message in typographic_faults(_bare(text), language):
            yield block.line + offset, message


def _bare(text: str) -> str:
    text = TARGET.sub("]", text).removeprefix("!")
    return re.sub(r" *\| *", " | ", text) if text.startswith("|") else text


def _units(source: str) -> Iterator[tuple[int, str]]:
    """Return (line, text) of each sentence-bearing unit, lines that only go on joined to it."""
    start, unit = 0, ""
    for offset, text in enumerate(source.split("\n")):
        if unit and not NEW_UNIT.match(text):
            unit += " " + text.strip()
            continue
        if unit:
            yield start, unit
        start, unit = offset, text
    if unit:
        yield start, unit


def skeleton_faults(
    blocks: Sequence[RawBlock], model: Sequence[RawBlock], path: str
) -> list[Fault]:
    """Return where a translation's skeleton leaves that of the source text."""

    def fault(line: int, message: str) -> list[Fault]:
        return [Fault(path=path, line=line, message=message)]

    for own, other in zip(blocks, model, strict=False):
        if own.key != other.key:
            return fault(
                own.line - 1, f"“{own.key}” stands where the source text has “{other.key}”"
            )
        if own.kind is not other.kind:
            return fault(
                own.line, f"“{own.key}” is a {own.kind}; in the source text a {other.kind}"
            )
        if own.kind is Kind.CHECK and _right(own) != _right(other):
            return fault(own.line, f"“{own.key}”: not the same answers are right as in the source")
    if len(blocks) < len(model):
        return fault(0, f"“{model[len(blocks)].key}” is missing")
    if len(blocks) > len(model):
        extra = blocks[len(model)]
        return fault(extra.line - 1, f"“{extra.key}” is not in the source text")
    return []


def _right(block: RawBlock) -> list[bool]:
    return [answer.right for answer in parse_check(block, "en").answers]
