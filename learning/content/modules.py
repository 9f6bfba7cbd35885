"""One module: its sheet, its lessons, its stamps, and no file that belongs to nobody."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from learning.content.bank import read_bank
from learning.content.course import ALL, Document, Fault, Lesson, Module, Reading
from learning.content.lessons import read_document, read_lesson
from learning.content.sheets import Table, read_sheet
from learning.content.structure import Known
from learning.content.translation import STAMPS, stamp_faults
from learning.content.works import read_lab

SHEET = "module.toml"
DOCUMENTS = ("readings", "discussion", "page", "live")


@dataclass(frozen=True, kw_only=True)
class ReadModule:
    """A module as read, the files that it needs, and its sheet for what is still to be checked."""

    module: Module
    files: Collection[str]
    sheet: Table


def read_module(folder: Path, known: Known, faults: list[Fault]) -> ReadModule:
    """Return a module; what is wrong in its folder is added to the faults."""
    sheet = read_sheet(folder / SHEET, f"{folder.name}/{SHEET}", faults)
    drawings = {path.stem for path in folder.glob("*.svg")}
    reading = _ModuleReading(folder, replace(known, drawings=drawings), faults, {SHEET, STAMPS})
    tables = sheet.tables("lessons")
    module = Module(
        key=folder.name,
        week=sheet.whole("week"),
        title=sheet.in_languages("title"),
        objectives=_objectives(sheet.table("objectives")),
        lessons=[reading.lesson(table) for table in tables],
    )
    _find_twins(tables)
    module = replace(module, **reading.beside(module))
    if (folder / STAMPS).exists():
        stamps = read_sheet(folder / STAMPS, f"{folder.name}/{STAMPS}", faults)
        stamp_faults(stamps, module, known.model)
    files = {f"{folder.name}/{name}" for name in reading.files}
    return ReadModule(module=module, files=files, sheet=sheet)


def _objectives(table: Table) -> dict[str, Sequence[str]]:
    found = {language: table.strings(language) for language in ALL}
    for language, texts in found.items():
        for text in texts:
            table.check_writing(language, text, language)
        if texts and len(texts) != len(found[ALL[0]]):
            message = (
                f"objectives: {len(texts)} in “{language}”, {len(found[ALL[0]])} in “{ALL[0]}”"
            )
            table.fault(language, message)
    return dict(found)


def _find_twins(tables: Sequence[Table]) -> None:
    keys = Counter(str(table.entries.get("key")) for table in tables)
    for table in tables:
        key = str(table.entries.get("key"))
        if keys[key] > 1:
            table.fault("key", f"{keys[key]} lessons have the key “{key}”")


@dataclass(frozen=True)
class _ModuleReading:
    folder: Path
    known: Known
    faults: list[Fault]
    files: set[str]

    def beside(self, module: Module) -> dict[str, Any]:
        """Return what a module has beside its lessons, as fields of Module."""
        lessons = {lesson.key.removeprefix(f"{module.key}-") for lesson in module.lessons}
        documents = {name: self._document(name) for name in DOCUMENTS if self._is_there(name)}
        lab = read_lab(self.folder, self.faults)
        self.files.update({"lab.toml"} if lab else ())
        sheet = self._sheet("bank.toml")
        bank = read_bank(sheet, lessons, len(module.objectives[ALL[0]])) if sheet else ()
        readings = self._sheet("readings.toml")
        return {
            "documents": documents,
            "lab": lab,
            "bank": bank,
            "readings": [self._reading(t) for t in readings.tables("readings")] if readings else (),
        }

    def _sheet(self, name: str) -> Table | None:
        if not (self.folder / name).exists():
            return None
        self.files.add(name)
        return read_sheet(self.folder / name, f"{self.folder.name}/{name}", self.faults)

    def _is_there(self, name: str) -> bool:
        return any((self.folder / f"{name}.{language}.md").exists() for language in ALL)

    def _document(self, name: str) -> Document:
        self.files.update(f"{name}.{language}.md" for language in ALL)
        return read_document(self.folder, name, self.known, self.faults)

    def _reading(self, table: Table) -> Reading:
        source = table.line("source")
        if source not in self.known.sources:
            table.fault("source", f"there is no source “{source}”")
        return Reading(
            key=table.key("key"),
            source=source,
            section=table.line("section"),
            minutes=table.whole("minutes"),
            link=str(table.entries.get("link", "")),
        )

    def lesson(self, table: Table) -> Lesson:
        key = table.key("key")
        written = table.truth("written")
        lesson = Lesson(
            key=f"{self.folder.name}-{key}",
            module=self.folder.name,
            minutes=table.whole("minutes"),
            title=table.in_languages("title"),
            texts={},
        )
        if not (written and key):
            return lesson
        read = read_lesson(self.folder, key, self.known, self.faults)
        self.files.update(read.files)
        return replace(lesson, texts=read.texts)
