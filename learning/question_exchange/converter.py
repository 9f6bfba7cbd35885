"""One to three files, one for each language, as one bank with one key for all languages."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from learning.content.course import ALL
from learning.question_exchange.aiken_reader import IS_AIKEN, read_aiken
from learning.question_exchange.bank_text import BankQuestion, bank_text
from learning.question_exchange.gift_reader import read_gift
from learning.question_exchange.moodle_xml_reader import read_moodle_xml
from learning.question_exchange.notes import FileError, FileProblem, Note, NoteKind, Severity
from learning.question_exchange.questions import ParsedQuestion

MAX_CHARACTERS = 3_000_000  # of one file; pictures in it count
XML_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
MOODLE_XML, GIFT, AIKEN = "Moodle XML", "GIFT", "Aiken"
Value = TypeVar("Value", str, int)
READERS = {MOODLE_XML: read_moodle_xml, GIFT: read_gift, AIKEN: read_aiken}


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """The text of a bank, and what the author has to know about it."""

    questions: Sequence[BankQuestion]
    text: str
    notes: Sequence[Note]

    def of(self, severity: Severity) -> Sequence[Note]:
        return [note for note in self.notes if note.severity is severity]


def convert(files: Mapping[str, str]) -> Conversion:
    """Return the texts of files by language as a bank; raise FileError for what is no such file."""
    notes: list[Note] = []
    by_language: dict[str, Sequence[ParsedQuestion]] = {}
    formats: list[str] = []
    for language in ALL:
        if language in files:
            name = format_of(files[language])
            formats.append(name)
            by_language[language] = _read(files[language], name, language, notes)
    if not formats:
        raise FileError(FileProblem.EMPTY)
    questions = _merge(by_language, notes)
    return Conversion(
        questions=questions,
        text=bank_text(questions, ", ".join(dict.fromkeys(formats))),
        notes=notes,
    )


def format_of(text: str) -> str:
    """Return the name of the format of a file."""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return MOODLE_XML
    return AIKEN if IS_AIKEN.search(text) and "{" not in text else GIFT


def _read(text: str, name: str, language: str, notes: list[Note]) -> Sequence[ParsedQuestion]:
    """Return the questions of one file, with different keys."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise FileError(FileProblem.EMPTY, language=language)
    if len(text) > MAX_CHARACTERS:
        raise FileError(FileProblem.TOO_LARGE, language=language)
    if name == MOODLE_XML:  # its text is decoded already, whatever encoding it declares
        text = XML_DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    own: list[Note] = []
    try:
        questions = READERS[name](text.lstrip(" \t") if name == MOODLE_XML else text, own)
    except FileError as error:
        raise FileError(error.problem, line=error.line, language=language) from None
    if not questions and not own:
        raise FileError(FileProblem.NO_QUESTIONS, language=language)
    notes += [replace(note, language=language) for note in own]
    return _with_own_keys(questions, language, notes)


def _with_own_keys(
    questions: Sequence[ParsedQuestion], language: str, notes: list[Note]
) -> Sequence[ParsedQuestion]:
    """Return questions of which no two have one key: the second “q1” is “q1-2”."""
    taken: set[str] = set()
    result: list[ParsedQuestion] = []
    for question in questions:
        key, number = question.key, 1
        while key in taken:
            number += 1
            key = f"{question.key}-{number}"
        if number > 1:
            detail = f"{question.key} → {key}"
            note = Note(kind=NoteKind.KEY, line=question.line, question=key, detail=detail)
            notes.append(replace(note, language=language))
        taken.add(key)
        result.append(replace(question, key=key))
    return result


def _merge(
    by_language: Mapping[str, Sequence[ParsedQuestion]], notes: list[Note]
) -> Sequence[BankQuestion]:
    """Return questions in the order of the first file, then what only the others have."""
    found: dict[str, dict[str, ParsedQuestion]] = {}
    for language, questions in by_language.items():
        for question in questions:
            found.setdefault(question.key, {})[language] = question
    return [_merged(key, versions, notes) for key, versions in found.items()]


def _merged(key: str, versions: Mapping[str, ParsedQuestion], notes: list[Note]) -> BankQuestion:
    """Return one question. A language whose answers are not those of the first one is left out."""
    first = next(iter(versions.values()))
    texts = {}
    for language, question in versions.items():
        if _shape(question) == _shape(first):
            texts[language] = question.text
        else:
            kind = NoteKind.LANGUAGES_DIFFER
            notes.append(Note(kind=kind, line=question.line, question=key, language=language))
    notes += [
        Note(kind=NoteKind.NO_LANGUAGE, line=0, question=key, language=language)
        for language in ALL
        if language not in versions
    ]
    statements = _Statements(key, versions, notes)
    return BankQuestion(
        key=key,
        type=first.type,
        right=first.right,
        number=first.number,
        tolerance=first.tolerance,
        texts=texts,
        lesson=statements.agreed("lesson", lambda each: each.lesson),
        objective=statements.agreed("objective", lambda each: each.objective),
        difficulty=statements.agreed("difficulty", lambda each: each.difficulty),
    )


@dataclass(frozen=True)
class _Statements:
    """What the files of several languages say of the place of one question."""

    key: str
    versions: Mapping[str, ParsedQuestion]
    notes: list[Note]

    def agreed(self, name: str, value_of: Callable[[ParsedQuestion], Value]) -> Value:
        """Return what the first file says that says something; note others that differ."""
        values = {language: value_of(each) for language, each in self.versions.items()}
        agreed = next(filter(None, values.values()), next(iter(values.values())))
        self.notes.extend(
            Note(
                kind=NoteKind.PLACES_DIFFER,
                line=self.versions[language].line,
                question=self.key,
                detail=f"{name}: {value}",
                language=language,
            )
            for language, value in values.items()
            if value and value != agreed
        )
        return agreed


def _shape(question: ParsedQuestion) -> tuple[object, ...]:
    """Return what a question has alike in all languages."""
    text = question.text
    counts = [len(each) for each in (text.options, text.stems, text.choices, text.items)]
    gaps = tuple(len(gap) for gap in text.gaps)
    return question.type, tuple(question.right), _value(question), *counts, gaps


def _value(question: ParsedQuestion) -> tuple[str, str]:
    return question.number, question.tolerance
