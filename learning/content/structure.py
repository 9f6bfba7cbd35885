"""What a lesson must have: order, checks, length, the same structure in each language."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from learning.content.blocks import LessonFile, RawBlock
from learning.content.course import InLanguages, Kind, Source, ValidationIssue
from learning.content.knowledge_checks import joined, parse_check
from learning.content.project_criteria import title_issues
from learning.content.style_checks import (
    Issues,
    count_words,
    link_issues,
    links,
    writing_issues,
)

FIRST = (Kind.OBJECTIVES, Kind.SITUATION)
LAST = (Kind.FILE, Kind.KEYPOINTS, Kind.SOURCES)
UNIQUE_BLOCKS = (*FIRST, *LAST)
DOCUMENT_KINDS = frozenset(
    {
        Kind.AIM, Kind.BREAKOUT, Kind.CHECKLIST, Kind.CRITERIA, Kind.EXAMPLE, Kind.EXPERTS,
        Kind.NOTE, Kind.POLL, Kind.PROMPT, Kind.QUESTION,
    }
)  # fmt: skip
MIN_WORDS, MAX_WORDS = 900, 1400
MIN_CHECKS, MIN_ANSWERS = 2, 3
ITEMS = {Kind.OBJECTIVES: (3, 3), Kind.KEYPOINTS: (3, 5)}


@dataclass(frozen=True, kw_only=True)
class KnownNames:
    """The names that a lesson may refer to, and the language of the source text."""

    terms: Collection[str]
    sources: Mapping[str, Source]
    drawings: Collection[str]
    source_language: str  # whose structure the translations follow
    dates: Collection[str] = ()  # the keys of the course's deadlines
    criteria: Mapping[str, InLanguages] = field(default_factory=dict[str, InLanguages])

    @property
    def links(self) -> Mapping[str, Collection[str]]:
        return {
            "term": self.terms,
            "source": self.sources,
            "figure": self.drawings,
            "date": self.dates,
            "criterion": self.criteria,
        }


def lesson_issues(lesson: LessonFile, known: KnownNames) -> list[ValidationIssue]:
    """Return all issues of one file of a lesson."""
    blocks = lesson.blocks
    issues = [*_order(blocks), *_counts(blocks)]
    for block in blocks:
        issues += _items(block)
        if block.kind in DOCUMENT_KINDS:
            issues.append((block.line, f"“{block.kind}” has no place in a lesson"))
        if links(block, "date"):
            issues.append((block.line, "a date has no place in a lesson, which has no deadline"))
        if links(block, "criterion"):
            issues.append((block.line, "a criterion has no place in a lesson"))
        issues += _check(block) if block.kind is Kind.CHECK else []
        issues += link_issues(block, known.links)
        issues += writing_issues(block.source, block.line, lesson.language)
    return [
        ValidationIssue(path=lesson.path, line=line, message=message) for line, message in issues
    ]


def document_issues(document: LessonFile, known: KnownNames) -> list[ValidationIssue]:
    """Return all issues of one file of a document."""
    issues: list[tuple[int, str]] = []
    for block in document.blocks:
        issues += _check(block) if block.kind is Kind.CHECK else []
        issues += link_issues(block, known.links)
        issues += title_issues(block.source, block.line, document.language, known.criteria)
        issues += writing_issues(block.source, block.line, document.language)
    return [
        ValidationIssue(path=document.path, line=line, message=message) for line, message in issues
    ]


def _order(blocks: Sequence[RawBlock]) -> Issues:
    for kind in UNIQUE_BLOCKS:
        lines = [block.line for block in blocks if block.kind is kind]
        if not lines:
            yield 0, f"there is no “{kind}”"
        for line in lines[1:]:
            yield line, f"a second “{kind}”"
    kinds = [block.kind for block in blocks]
    if set(UNIQUE_BLOCKS) <= set(kinds):
        if kinds[:2] != list(FIRST):
            yield blocks[0].line, "a lesson begins with objectives and situation"
        if kinds[-3:] != list(LAST):
            yield blocks[-1].line, "a lesson ends with file, keypoints and sources"


def _counts(blocks: Sequence[RawBlock]) -> Issues:
    checks = sum(block.kind is Kind.CHECK for block in blocks)
    if checks < MIN_CHECKS:
        yield 0, f"a lesson has {MIN_CHECKS} checks or more; here are {checks}"
    words = count_words(blocks)
    if not MIN_WORDS <= words <= MAX_WORDS:
        yield 0, f"{words} words; a lesson has {MIN_WORDS} to {MAX_WORDS}"


def _items(block: RawBlock) -> Issues:
    if block.kind not in ITEMS:
        return
    minimum, maximum = ITEMS[block.kind]
    items = sum(line.startswith("- ") for line in block.body.split("\n"))
    if not minimum <= items <= maximum:
        expected = str(minimum) if minimum == maximum else f"{minimum} to {maximum}"
        yield block.line, f"{block.kind}: {expected} items; here are {items}"


def _check(block: RawBlock) -> Issues:
    check = parse_check(block.body)
    if not joined(check.question):
        yield block.line, "this check has no question"
    if len(check.answers) < MIN_ANSWERS:
        yield block.line, f"a check has {MIN_ANSWERS} answers or more"
    if not any(check.right):
        yield block.line, "no answer of this check is right"
    elif all(check.right):
        yield block.line, "no answer of this check is wrong"
    for number, answer in enumerate(check.answers, 1):
        if not joined(answer.why):
            yield block.line + answer.line, f"answer {number} has no explanation"
    for line in check.strays:
        yield block.line + line, "neither an answer (“- [ ] ”) nor its explanation (“  > ”)"


def structure_issues(lesson: LessonFile, source: LessonFile) -> list[ValidationIssue]:
    """Return where a translation's structure differs from the source text's."""
    issues = [*_keys(lesson.keys, source.keys), *_kinds(lesson, source)]
    return [
        ValidationIssue(path=lesson.path, line=line, message=message) for line, message in issues
    ]


def _keys(own: Mapping[str, int], source: Mapping[str, int]) -> Issues:
    before = ""
    for key in source:
        if key not in own:
            position = f"after “{before}”" if before else "at the beginning"
            yield own.get(before, 1), f"“{key}” is missing {position}"
        before = key
    for key, line in own.items():
        if key not in source:
            yield line, f"“{key}” is not in the source text"
    yield from _misplaced([k for k in own if k in source], [k for k in source if k in own], own)


def _misplaced(own: Sequence[str], source: Sequence[str], lines: Mapping[str, int]) -> Issues:
    """Return the first key out of order; later ones only follow from it."""
    for key, other in zip(own, source, strict=True):
        if key != other:
            yield lines[key], f"“{key}” stands where the source text has “{other}”"
            return


def _kinds(lesson: LessonFile, source: LessonFile) -> Iterator[tuple[int, str]]:
    source_blocks = {block.key: block for block in source.blocks}
    for block in lesson.blocks:
        other = source_blocks.get(block.key, block)
        if block.kind is not other.kind:
            message = f"“{block.key}” is a {block.kind}; in the source text a {other.kind}"
            yield block.line, message
        elif links(block, "date") != links(other, "date"):
            yield block.line, f"“{block.key}”: not the same dates as in the source text"
        elif links(block, "criterion") != links(other, "criterion"):
            yield block.line, f"“{block.key}”: not the same criteria as in the source text"
        elif block.kind is Kind.CHECK:
            own, theirs = parse_check(block.body).right, parse_check(other.body).right
            if own != theirs:
                yield block.line, f"“{block.key}”: not the same answers are right as in the source"
