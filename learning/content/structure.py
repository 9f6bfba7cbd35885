"""What a lesson must have: order, checks, length, the same skeleton in each language."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from learning.content.blocks import LessonFile, RawBlock
from learning.content.checks import joined, parse_check
from learning.content.course import Fault, Kind
from learning.content.writing import Found, count_words, faults_of_links, faults_of_writing

FIRST = (Kind.OBJECTIVES, Kind.SITUATION)
LAST = (Kind.FILE, Kind.KEYPOINTS, Kind.SOURCES)
ONCE = (*FIRST, *LAST)
BESIDE = frozenset(
    {
        Kind.AIM, Kind.BREAKOUT, Kind.CHECKLIST, Kind.CRITERIA, Kind.EXAMPLE, Kind.EXPERTS,
        Kind.NOTE, Kind.POLL, Kind.PROMPT, Kind.QUESTION,
    }
)  # fmt: skip
SHORTEST, LONGEST = 900, 1400
FEWEST_CHECKS, FEWEST_ANSWERS = 2, 3
ITEMS = {Kind.OBJECTIVES: (3, 3), Kind.KEYPOINTS: (3, 5)}


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a lesson may refer to, and which of its languages is the source text."""

    terms: Collection[str]
    sources: Collection[str]
    drawings: Collection[str]
    model: str  # the language whose skeleton the others follow

    @property
    def links(self) -> Mapping[str, Collection[str]]:
        return {"term": self.terms, "source": self.sources, "figure": self.drawings}


def lesson_faults(lesson: LessonFile, known: Known) -> list[Fault]:
    """Return everything wrong in one file of a lesson."""
    blocks = lesson.blocks
    found = [*_order(blocks), *_counts(blocks)]
    for block in blocks:
        found += _items(block)
        if block.kind in BESIDE:
            found.append((block.line, f"“{block.kind}” has no place in a lesson"))
        found += _check(block) if block.kind is Kind.CHECK else []
        found += faults_of_links(block, known.links)
        found += faults_of_writing(block.source, block.line, lesson.language)
    return [Fault(path=lesson.path, line=line, message=message) for line, message in found]


def document_faults(document: LessonFile, known: Known) -> list[Fault]:
    """Return everything wrong in one file of a document beside the lessons."""
    found: list[tuple[int, str]] = []
    for block in document.blocks:
        found += _check(block) if block.kind is Kind.CHECK else []
        found += faults_of_links(block, known.links)
        found += faults_of_writing(block.source, block.line, document.language)
    return [Fault(path=document.path, line=line, message=message) for line, message in found]


def _order(blocks: Sequence[RawBlock]) -> Found:
    for kind in ONCE:
        lines = [block.line for block in blocks if block.kind is kind]
        if not lines:
            yield 0, f"there is no “{kind}”"
        for line in lines[1:]:
            yield line, f"a second “{kind}”"
    kinds = [block.kind for block in blocks]
    if set(ONCE) <= set(kinds):
        if kinds[:2] != list(FIRST):
            yield blocks[0].line, "a lesson begins with objectives and situation"
        if kinds[-3:] != list(LAST):
            yield blocks[-1].line, "a lesson ends with file, keypoints and sources"


def _counts(blocks: Sequence[RawBlock]) -> Found:
    checks = sum(block.kind is Kind.CHECK for block in blocks)
    if checks < FEWEST_CHECKS:
        yield 0, f"a lesson has {FEWEST_CHECKS} checks or more; here are {checks}"
    words = count_words(blocks)
    if not SHORTEST <= words <= LONGEST:
        yield 0, f"{words} words; a lesson has {SHORTEST} to {LONGEST}"


def _items(block: RawBlock) -> Found:
    if block.kind not in ITEMS:
        return
    least, most = ITEMS[block.kind]
    items = sum(line.startswith("- ") for line in block.body.split("\n"))
    if not least <= items <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        yield block.line, f"{block.kind}: {wanted} items; here are {items}"


def _check(block: RawBlock) -> Found:
    check = parse_check(block.body)
    if not joined(check.question):
        yield block.line, "this check has no question"
    if len(check.answers) < FEWEST_ANSWERS:
        yield block.line, f"a check has {FEWEST_ANSWERS} answers or more"
    if not any(check.right):
        yield block.line, "no answer of this check is right"
    elif all(check.right):
        yield block.line, "no answer of this check is wrong"
    for number, answer in enumerate(check.answers, 1):
        if not joined(answer.why):
            yield block.line + answer.line, f"answer {number} has no explanation"
    for line in check.strays:
        yield block.line + line, "neither an answer (“- [ ] ”) nor its explanation (“  > ”)"


def skeleton_faults(lesson: LessonFile, model: LessonFile) -> list[Fault]:
    """Return where a translation's skeleton leaves that of the source text."""
    found = [*_keys(lesson.keys, model.keys), *_kinds(lesson, model)]
    return [Fault(path=lesson.path, line=line, message=message) for line, message in found]


def _keys(own: Mapping[str, int], model: Mapping[str, int]) -> Found:
    before = ""
    for key in model:
        if key not in own:
            place = f"after “{before}”" if before else "at the beginning"
            yield own.get(before, 1), f"“{key}” is missing {place}"
        before = key
    for key, line in own.items():
        if key not in model:
            yield line, f"“{key}” is not in the source text"
    yield from _misplaced([k for k in own if k in model], [k for k in model if k in own], own)


def _misplaced(own: Sequence[str], model: Sequence[str], lines: Mapping[str, int]) -> Found:
    """Return the first key that leaves the order; those after it would only follow."""
    for key, other in zip(own, model, strict=True):
        if key != other:
            yield lines[key], f"“{key}” stands where the source text has “{other}”"
            return


def _kinds(lesson: LessonFile, model: LessonFile) -> Iterator[tuple[int, str]]:
    wanted = {block.key: block for block in model.blocks}
    for block in lesson.blocks:
        other = wanted.get(block.key, block)
        if block.kind is not other.kind:
            message = f"“{block.key}” is a {block.kind}; in the source text a {other.kind}"
            yield block.line, message
        elif block.kind is Kind.CHECK:
            own, theirs = parse_check(block.body).right, parse_check(other.body).right
            if own != theirs:
                yield block.line, f"“{block.key}”: not the same answers are right as in the source"
