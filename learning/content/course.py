"""A course in memory: immutable, complete, in every language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from markupsafe import Markup

from learning.content.activity_types import (
    Assessment,
    Criterion,
    Deadline,
    Example,
    Lab,
    Manifest,
    Question,
)
from learning.kit.i18n import LANGUAGES
from learning.kit.search import words

InLanguages = Mapping[str, str]
ALL = tuple(LANGUAGES)


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    QUOTATION = "quotation"
    FIGURE = "figure"
    OBJECTIVES = "objectives"
    SITUATION = "situation"
    CHECK = "check"
    CASE = "case"
    FILE = "file"
    KEYPOINTS = "keypoints"
    SOURCES = "sources"
    # in documents only, not in lessons
    AIM = "aim"
    BREAKOUT = "breakout"
    CHECKLIST = "checklist"
    CRITERIA = "criteria"
    EXAMPLE = "example"
    EXPERTS = "experts"  # shown to teaching staff
    NOTE = "note"
    POLL = "poll"
    PROMPT = "prompt"
    QUESTION = "question"


@dataclass(frozen=True, kw_only=True)
class ValidationIssue:
    """An issue in a course file; `line` counts from 1, 0 stands for the whole file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}: {self.message}"
        return "".join(c if c.isprintable() else "\ufffd" for c in text)


class CourseError(ValueError):
    """An invalid course; its message lists every issue."""

    def __init__(self, issues: Sequence[ValidationIssue]) -> None:
        super().__init__("\n".join(str(issue) for issue in issues))
        self.issues = issues


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block of a lesson: its key, its text as written, and as HTML."""

    key: str
    kind: Kind
    source: str
    html: Markup
    plain: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of a knowledge check and why it is right or not."""

    number: int
    html: Markup
    why: Markup
    right: bool


@dataclass(frozen=True, kw_only=True)
class Check:
    """A knowledge check; with several right answers all of them are to be ticked."""

    key: str
    question: Markup
    answers: Sequence[Answer]

    @property
    def several(self) -> bool:
        return sum(answer.right for answer in self.answers) > 1


@dataclass(frozen=True, kw_only=True)
class LessonText:
    """A lesson in one language. `size` is the HTML's length in bytes."""

    language: str
    blocks: Sequence[Block]
    checks: Mapping[str, Check]
    terms: Mapping[str, str]  # by key, the block that first names it
    sources: Sequence[str]
    words: int

    @cached_property
    def size(self) -> int:
        return sum(len(block.html.encode()) for block in self.blocks)

    @cached_property
    def keys(self) -> Sequence[str]:
        return tuple(block.key for block in self.blocks)

    def section_of(self, key: str | None) -> str:
        """Return the heading above a block, "" if there is none or no such block."""
        heading = ""
        for block in self.blocks:
            if block.kind is Kind.HEADING:
                heading = block.plain
            if block.key == key:
                return heading
        return ""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson; one without texts is announced by its title and not written yet."""

    key: str  # "m4-l2"
    module: str
    minutes: int
    title: InLanguages
    texts: Mapping[str, LessonText]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A text besides the lessons: a reading guide, a page of the file, a plan, a brief."""

    key: str  # "m4-page", "work-project"
    texts: Mapping[str, LessonText]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A piece of a source that a module's readings guide through; `summary` is the course's own.

    `words` are those of the original; `links` leads to it, by language, where one is certain.
    """

    key: str
    source: str
    section: InLanguages
    pages: str
    words: int
    minutes: int
    links: InLanguages
    summary: Document


@dataclass(frozen=True, kw_only=True)
class Module:
    """One week of the course; its documents by name: readings, discussion, page, live."""

    key: str
    week: int
    title: InLanguages
    objectives: Mapping[str, Sequence[str]]
    lessons: Sequence[Lesson]
    documents: Mapping[str, Document] = field(default_factory=dict[str, Document])
    readings: Sequence[Reading] = ()
    bank: Sequence[Question] = ()
    lab: Lab | None = None
    fieldwork: int = 0  # minutes of the page of the file that questions to others take


@dataclass(frozen=True, kw_only=True)
class CommonWork:
    """Documents of the whole course: briefs, rubrics, marked examples, the group's manifest."""

    documents: Mapping[str, Document] = field(default_factory=dict[str, Document])
    rubrics: Mapping[str, Sequence[Criterion]] = field(
        default_factory=dict[str, Sequence[Criterion]]
    )
    examples: Mapping[str, Example] = field(default_factory=dict[str, Example])
    manifest: Manifest | None = None


@dataclass(frozen=True, kw_only=True)
class ProseSection:
    """A part of a page of prose; its `key` is the same in every language."""

    key: str
    title: Markup
    body: Markup


@dataclass(frozen=True, kw_only=True)
class ProsePage:
    """A page of prose in one language: what stands above its first heading, then its sections."""

    lead: Markup
    sections: Sequence[ProseSection]


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One working method of the course, from one week to another."""

    key: str
    weeks: tuple[int, int]
    title: InLanguages
    summary: InLanguages


@dataclass(frozen=True, kw_only=True)
class Term:
    """An entry of the glossary; `section` is its place in the source, `see` names related ones."""

    key: str
    source: str
    section: InLanguages
    see: Sequence[str]
    name: InLanguages
    definition: InLanguages


@dataclass(frozen=True, kw_only=True)
class Source:
    """A document that lessons cite; `citation` is its short name in a text (“IOM 2019”)."""

    key: str
    citation: InLanguages
    title: InLanguages
    publisher: InLanguages
    year: int
    text_language: str | None  # of the text that lessons use; None: official in several


@dataclass(frozen=True, kw_only=True)
class Course:
    """The content of a course's folder. `revision` changes with any byte of it."""

    key: str
    code: str
    source_language: str
    title: InLanguages
    phases: Sequence[Phase]
    modules: Sequence[Module]
    terms: Mapping[str, Term]
    sources: Mapping[str, Source]
    promise: InLanguages  # one or two sentences: what the course is for
    file_pages: Mapping[str, InLanguages]  # titles of the pages of the file, by module
    sample_lesson: str  # open to visitors; "" for none
    note: Mapping[str, ProsePage]
    minutes: Mapping[str, int]  # of one module, by its parts
    extra_minutes: Mapping[str, int]
    total_minutes: int
    deadlines: Sequence[Deadline]
    assessment: Assessment
    work: CommonWork
    revision: str

    @cached_property
    def lessons(self) -> Mapping[str, Lesson]:
        return {lesson.key: lesson for module in self.modules for lesson in module.lessons}

    @cached_property
    def written_lessons(self) -> frozenset[str]:
        return frozenset(key for key, lesson in self.lessons.items() if lesson.texts)

    @property
    def weeks(self) -> int:
        return max(module.week for module in self.modules)

    def sorted_terms(self, language: str) -> Sequence[Term]:
        """Return the glossary in the order of a language's alphabet, accents aside."""
        return sorted(self.terms.values(), key=lambda term: words(term.name[language]))


CourseOf = Callable[[str], Course]
"""Returns a course by its key; pages have `registry.course`, the worker a loader of its own."""
