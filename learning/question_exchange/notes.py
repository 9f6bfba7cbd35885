"""What a conversion reports: nothing of a file is dropped without a note with its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    """What happened to a part of a file."""

    # the question is left out
    ESSAY = "essay"
    DESCRIPTION = "description"
    UNKNOWN_TYPE = "unknown-type"
    BRACES = "braces"
    SEVERAL_BLANKS = "several-blanks"
    NO_ANSWERS = "no-answers"
    NO_RIGHT_ANSWER = "no-right-answer"
    SEVERAL_RIGHT = "several-right"
    NOT_A_NUMBER = "not-a-number"
    RELATIVE_TOLERANCE = "relative-tolerance"
    SEVERAL_UNITS = "several-units"
    NO_PAIR = "no-pair"
    GAP_TYPE = "gap-type"
    NO_GAPS = "no-gaps"
    LONG_TEXT = "long-text"
    # a part of it is lost
    CATEGORY = "category"
    TAGS = "tags"
    MARKS = "marks"
    POINTS = "points"
    ONE_RIGHT = "one-right"
    WILDCARD = "wildcard"
    CASE = "case"
    OTHER_ANSWERS = "other-answers"
    FEEDBACK = "feedback"
    GENERAL_FEEDBACK = "general-feedback"
    HINTS = "hints"
    MARKUP = "markup"
    FILES = "files"
    SETTINGS = "settings"
    KEY = "key"
    LANGUAGES_DIFFER = "languages-differ"
    PLACES_DIFFER = "places-differ"
    # the bank has nothing to put there
    NO_LANGUAGE = "no-language"
    NO_PLACE = "no-place"
    NO_PROMPT = "no-prompt"
    NO_FEEDBACK = "no-feedback"
    NO_EXPLANATION = "no-explanation"


class Severity(StrEnum):
    """How much a note asks of the author, the most first."""

    LEFT_OUT = "left-out"
    LOST = "lost"
    TO_ADD = "to-add"


_KINDS = list(NoteKind)
SEVERITIES: Mapping[NoteKind, Severity] = {
    kind: Severity.LEFT_OUT
    if place < _KINDS.index(NoteKind.CATEGORY)
    else Severity.TO_ADD
    if place >= _KINDS.index(NoteKind.NO_LANGUAGE)
    else Severity.LOST
    for place, kind in enumerate(_KINDS)
}


@dataclass(frozen=True, kw_only=True)
class Note:
    """One note: on a line of the file of a language (0: on the whole), about a question by name."""

    kind: NoteKind
    line: int
    question: str = ""
    detail: str = ""
    language: str = ""

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.kind]


class LeftOut(Exception):  # noqa: N818 it is an answer, not an error
    """A question cannot be converted; `kind` and `detail` say why."""

    def __init__(self, kind: NoteKind, detail: str = "") -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail


class FileProblem(StrEnum):
    """Why a whole file is not converted."""

    EMPTY = "empty"
    NOT_TEXT = "not-text"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    NOT_WELL_FORMED = "not-well-formed"
    UNSAFE_XML = "unsafe-xml"
    NOT_MOODLE_XML = "not-moodle-xml"
    NO_QUESTIONS = "no-questions"


class FileError(Exception):
    """A file cannot be converted; `line` is where it ends to make sense, 0 for the whole."""

    def __init__(self, problem: FileProblem, *, line: int = 0, language: str = "") -> None:
        super().__init__(problem)
        self.problem, self.line, self.language = problem, line, language
