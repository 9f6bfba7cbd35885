"""One module: its module.toml, its lessons and stamps; unknown files are reported."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from learning.content.assignment_files import read_lab
from learning.content.course import ALL, Document, Lesson, Module, Reading, ValidationIssue
from learning.content.lessons import read_document, read_lesson
from learning.content.minutes_checks import check_lessons, check_readings
from learning.content.question_bank import read_bank
from learning.content.readings import read_reading
from learning.content.structure import KnownNames
from learning.content.toml_reader import TomlTable, read_toml
from learning.content.translation import STAMPS, stamp_issues

SHEET = "module.toml"
DOCUMENTS = ("readings", "discussion", "page", "live")


@dataclass(frozen=True, kw_only=True)
class ReadModule:
    """A module as read, the files that it needs, and its table for later checks."""

    module: Module
    files: Collection[str]
    sheet: TomlTable


def read_module(folder: Path, known: KnownNames, issues: list[ValidationIssue]) -> ReadModule:
    """Return a module; issues in its folder are added to `issues`."""
    sheet = read_toml(folder / SHEET, f"{folder.name}/{SHEET}", issues)
    drawings = {path.stem for path in folder.glob("*.svg")}
    reading = _ModuleReading(folder, replace(known, drawings=drawings), issues, {SHEET, STAMPS})
    tables = sheet.tables("lessons")
    module = Module(
        key=folder.name,
        week=sheet.positive_int("week"),
        title=sheet.in_languages("title"),
        objectives=_objectives(sheet.table("objectives")),
        lessons=[reading.lesson(table) for table in tables],
    )
    _find_twins(tables)
    if "fieldwork" in sheet.entries:
        module = replace(module, fieldwork=sheet.positive_int("fieldwork"))
    module = replace(module, **reading.optional_files(module))
    check_lessons(module, tables)
    if (folder / STAMPS).exists():
        stamps = read_toml(folder / STAMPS, f"{folder.name}/{STAMPS}", issues)
        stamp_issues(stamps, module, known.source_language)
    files = {f"{folder.name}/{name}" for name in reading.files}
    return ReadModule(module=module, files=files, sheet=sheet)


def _objectives(table: TomlTable) -> dict[str, Sequence[str]]:
    by_language = {language: table.prose_list(language, language) for language in ALL}
    for language, texts in by_language.items():
        if texts and len(texts) != len(by_language[ALL[0]]):
            expected = len(by_language[ALL[0]])
            message = f"objectives: {len(texts)} in “{language}”, {expected} in “{ALL[0]}”"
            table.report(language, message)
    return dict(by_language)


def _find_twins(tables: Sequence[TomlTable]) -> None:
    keys = Counter(str(table.entries.get("key")) for table in tables)
    for table in tables:
        key = str(table.entries.get("key"))
        if keys[key] > 1:
            table.report("key", f"{keys[key]} lessons have the key “{key}”")


@dataclass(frozen=True)
class _ModuleReading:
    folder: Path
    known: KnownNames
    issues: list[ValidationIssue]
    files: set[str]

    def optional_files(self, module: Module) -> dict[str, Any]:
        """Return what a module has besides its lessons, as fields of Module."""
        lessons = {lesson.key.removeprefix(f"{module.key}-") for lesson in module.lessons}
        documents = {name: self._document(name) for name in DOCUMENTS if self._is_there(name)}
        lab = read_lab(self.folder, self.issues)
        self.files.update({"lab.toml"} if lab else ())
        sheet = self._sheet("bank.toml")
        bank = read_bank(sheet, lessons, len(module.objectives[ALL[0]])) if sheet else ()
        return {
            "documents": documents,
            "lab": lab,
            "bank": bank,
            "readings": self._readings(documents.get("readings")),
        }

    def _sheet(self, name: str) -> TomlTable | None:
        if not (self.folder / name).exists():
            return None
        self.files.add(name)
        return read_toml(self.folder / name, f"{self.folder.name}/{name}", self.issues)

    def _is_there(self, name: str) -> bool:
        return any((self.folder / f"{name}.{language}.md").exists() for language in ALL)

    def _document(self, name: str) -> Document:
        self.files.update(f"{name}.{language}.md" for language in ALL)
        return read_document(self.folder, name, self.known, self.issues)

    def _readings(self, guide: Document | None) -> list[Reading]:
        sheet = self._sheet("readings.toml")
        tables = sheet.tables("readings") if sheet else []
        readings = [read_reading(each, self.known.sources, self._document) for each in tables]
        check_readings(readings, guide, tables)
        return readings

    def lesson(self, table: TomlTable) -> Lesson:
        key = table.key("key")
        written = table.boolean("written")
        lesson = Lesson(
            key=f"{self.folder.name}-{key}",
            module=self.folder.name,
            minutes=table.positive_int("minutes"),
            title=table.in_languages("title"),
            texts={},
        )
        if not (written and key):
            return lesson
        read = read_lesson(self.folder, key, self.known, self.issues)
        self.files.update(read.files)
        return replace(lesson, texts=read.texts)
