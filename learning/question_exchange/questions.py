"""A question of a file in one language: what every type has, and how it ends as one of a bank."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from learning.content.activity_types import Difficulty, QuestionText, QuestionType
from learning.question_exchange.notes import FileError, FileProblem, LeftOut, Note, NoteKind
from learning.question_exchange.prose import Prose, TextFormat, read_prose, split_numbered

NOT_IN_KEY = re.compile(r"[^a-z0-9]+")
MAX_QUESTIONS = 1_000  # of one file, also those that are left out
MAX_KEY_LENGTH = 40
MAX_NAME_LENGTH = 60
MAX_DETAIL_LENGTH = 120
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
OTHER_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
LESSON, OBJECTIVE, DIFFICULTY, UNIT, RIGHT = "lesson", "objective", "difficulty", "unit", "right"
TAGS = (LESSON, OBJECTIVE, DIFFICULTY, UNIT, RIGHT)
"""Tags with which an export says what neither format has a place for: “lesson:l1”."""


@dataclass(frozen=True, kw_only=True)
class ParsedQuestion:
    """A question of a file; fields that the file does not fill are empty, `objective` 0."""

    key: str
    line: int
    type: QuestionType
    text: QuestionText
    right: Sequence[int] = ()
    number: str = ""
    tolerance: str = "0"
    lesson: str = ""
    objective: int = 0
    difficulty: str = ""


@dataclass(kw_only=True)
class Draft:
    """A question while its file is read. `position` counts the questions of the file from 1."""

    line: int
    position: int
    name: str = ""
    idnumber: str = ""
    tags: Sequence[str] = ()
    prompt: str = ""
    general: Sequence[str] = ()
    notes: list[Note] = field(default_factory=list[Note])

    def __post_init__(self) -> None:
        if self.position > MAX_QUESTIONS:
            raise FileError(FileProblem.TOO_MANY)

    @property
    def label(self) -> str:
        """Return what a report calls the question."""
        return (self.idnumber or self.name or self.prompt or str(self.position))[:MAX_NAME_LENGTH]

    def note(self, kind: NoteKind, detail: str = "") -> None:
        detail = detail if len(detail) <= MAX_DETAIL_LENGTH else f"{detail[:MAX_DETAIL_LENGTH]}…"
        self.notes.append(Note(kind=kind, line=self.line, question=self.label, detail=detail))

    def prose(self, text: str, text_format: TextFormat) -> Prose:
        """Return a text of the question; markup that is lost is noted, each kind once."""
        read = read_prose(text, text_format)
        known = {each.detail for each in self.notes if each.kind is NoteKind.MARKUP}
        for name in read.lost:
            if name not in known:
                self.note(NoteKind.MARKUP, name)
        return read

    def tag(self, name: str) -> str:
        """Return what a tag of ours says, "" without one."""
        values = (tag.removeprefix(f"{name}:") for tag in self.tags if tag.startswith(f"{name}:"))
        return next(values, "").strip()

    @property
    def key(self) -> str:
        """Return the key that the name of the question makes."""
        return key_of(self.idnumber or self.name) or f"q{self.position:02d}"

    def finish(self, kind: QuestionType, parts: int = 0, **more: Any) -> ParsedQuestion:  # noqa: ANN401 fields of QuestionText
        """Return the question; note what is missing and what of it is lost.

        A list of so many `parts` at the end of the general feedback is the feedback of the parts,
        unless they have their own.
        """
        own = {name: more.pop(name) for name in ("right", "number", "tolerance") if name in more}
        explain, listed = split_numbered(self.general, parts)
        feedback = more.pop("feedback", ())
        if not any(feedback):
            feedback = listed or ("",) * max(parts, len(feedback))
        elif listed:
            explain = " ".join(self.general)
        text = QuestionText(
            prompt=more.pop("prompt", self.prompt),
            explain=explain,
            feedback=tuple(feedback),
            **more,
        )
        self._note_missing(text)
        lesson, objective, difficulty = self.tag(LESSON), self._objective(), self._difficulty()
        if not (lesson and objective and difficulty):
            named = ((LESSON, lesson), (OBJECTIVE, objective), (DIFFICULTY, difficulty))
            self.note(NoteKind.NO_PLACE, ", ".join(name for name, value in named if not value))
        return ParsedQuestion(
            key=self.key,
            line=self.line,
            type=kind,
            text=text,
            lesson=lesson,
            objective=objective,
            difficulty=difficulty,
            **own,
        )

    def _note_missing(self, text: QuestionText) -> None:
        self._note_names()
        if not text.prompt:
            self.note(NoteKind.NO_PROMPT)
        if missing := sum(not each for each in text.feedback):
            self.note(NoteKind.NO_FEEDBACK, f"{missing}/{len(text.feedback)}")
        if not text.explain:
            self.note(NoteKind.NO_EXPLANATION)

    def _note_names(self) -> None:
        """Note the names and tags that the key does not keep."""
        names = dict.fromkeys(each for each in (self.idnumber, self.name) if each)
        if lost := [each for each in names if each != self.key]:
            self.note(NoteKind.KEY, " / ".join(lost))
        others = [tag for tag in self.tags if tag.partition(":")[0] not in TAGS]
        if others:
            self.note(NoteKind.TAGS, ", ".join(others))

    def _objective(self) -> int:
        written = self.tag(OBJECTIVE)
        return int(written) if re.fullmatch(r"[1-9]\d?", written) else 0

    def _difficulty(self) -> str:
        written = self.tag(DIFFICULTY)
        return written if written in set(Difficulty) else ""


def key_of(name: str) -> str:
    """Return a name as the key of a bank: small letters, digits and hyphens; "" if none is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = NOT_IN_KEY.sub("-", plain).strip("-")[:MAX_KEY_LENGTH].strip("-")
    return f"q{key}" if key[:1].isdigit() else key


def number_of(text: str) -> str:
    """Return a number as a bank writes it; raise LeftOut for what is none."""
    written = text.strip()
    if NUMBER.fullmatch(written):
        return written
    if written.endswith("%"):
        raise LeftOut(NoteKind.RELATIVE_TOLERANCE, written)
    if not OTHER_NUMBER.fullmatch(written):
        raise LeftOut(NoteKind.NOT_A_NUMBER, written)
    return f"{Decimal(written):f}"
