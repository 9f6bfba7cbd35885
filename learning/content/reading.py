"""A course's folder read into memory, with every fault found on the way."""

import hashlib
import os
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from learning.content.course import ALL, Course, CourseError, Fault, Kind, Module, Phase
from learning.content.modules import ReadModule, read_module
from learning.content.notes import read_note
from learning.content.references import read_sources, read_terms
from learning.content.sheets import BIGGEST, Table, read_sheet
from learning.content.structure import Known
from learning.content.works import read_work

RUN = re.compile(r"^\| *(\d+) *\|", re.MULTILINE)
FIGURES = "SOURCES.md"  # where each figure of the lessons comes from; for authors and tests
SHEETS = ("course.toml", "sources.toml", "glossary.toml")


def load_course(folder: Path) -> Course:
    """Return the course in a folder; raise CourseError with every fault of its files."""
    reading = _Reading(folder)
    course = reading.read()
    if reading.faults:
        raise CourseError(_in_order(reading.faults))
    return course


def check_course(folder: Path) -> list[Fault]:
    """Return every fault of a course's files, whatever they hold."""
    reading = _Reading(folder)
    reading.read()
    return _in_order(reading.faults)


def _in_order(faults: Collection[Fault]) -> list[Fault]:
    return sorted(set(faults), key=lambda fault: (fault.path, fault.line, fault.message))


def revision(folder: Path) -> str:
    """Return a short hash over the names and contents of every file of a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        with suppress(OSError):
            content = hashlib.sha256(path.read_bytes()).digest()
            digest.update(os.fsencode(path.relative_to(folder)) + b"\0" + content)
    return digest.hexdigest()[:12]


@dataclass
class _Reading:
    folder: Path
    faults: list[Fault] = field(default_factory=list)

    def read(self) -> Course:
        sheet = read_sheet(self.folder / SHEETS[0], SHEETS[0], self.faults)
        sources = read_sources(self.folder, self.faults)
        terms = read_terms(self.folder, sources, self.faults)
        model = _model(sheet)
        known = Known(terms=terms, sources=sources, drawings=(), model=model)
        keys = sheet.keys("modules")
        read = [read_module(self.folder / key, known, self.faults) for key in keys]
        self._add_up(sheet, read)
        work, files = read_work(self.folder, known, self.faults)
        self._find_strangers(read, files)
        return Course(
            key=self.folder.name,
            code=sheet.line("code"),
            source_language=model,
            title=sheet.in_languages("title"),
            phases=[_phase(table) for table in sheet.tables("phases")],
            modules=[each.module for each in read],
            terms=terms,
            sources=sources,
            note=read_note(self.folder, model, self.faults),
            minutes=_minutes(sheet.table("module_minutes")),
            extra_minutes=_minutes(sheet.table("extra_minutes")),
            total_minutes=sheet.whole("total_minutes"),
            work=work,
            revision=revision(self.folder),
        )

    def _add_up(self, sheet: Table, read: Sequence[ReadModule]) -> None:
        """Check that lessons fill their module, and modules and the rest the course."""
        per_module, extra = sheet.table("module_minutes"), sheet.table("extra_minutes")
        wanted = per_module.whole("lessons")
        for each in read:
            minutes = sum(lesson.minutes for lesson in each.module.lessons)
            if each.module.lessons and minutes != wanted:
                message = f"its lessons take {minutes} minutes together, not {wanted}"
                each.sheet.fault("lessons", message)
            self._add_up_beside(per_module, each)
        rest = sum(extra.whole(name) for name in extra.entries)
        total = len(read) * sum(per_module.whole(name) for name in per_module.entries) + rest
        stated = sheet.whole("total_minutes")
        if total != stated:
            sheet.fault("total_minutes", f"everything takes {total} minutes, not {stated}")

    def _add_up_beside(self, per_module: Table, each: ReadModule) -> None:
        """Check that the readings and the live session take the time that a module gives them."""
        given = {
            "readings": sum(reading.minutes for reading in each.module.readings),
            "live": live_minutes(each.module),
        }
        for name, minutes in given.items():
            if minutes and minutes != per_module.whole(name):
                path = f"{each.module.key}/{name}"
                message = f"{minutes} minutes together, not {per_module.whole(name)}"
                self.faults.append(Fault(path=path, line=0, message=message))

    def _find_strangers(self, read: Sequence[ReadModule], work: Collection[str]) -> None:
        """Report the files that nothing names; as long as no module is known, any may be right."""
        known = {*SHEETS, FIGURES, *work, *(f"note.{language}.md" for language in ALL)}
        known.update(name for each in read for name in each.files)
        for path in sorted(self.folder.rglob("*")) if read else ():
            name = path.relative_to(self.folder).as_posix()
            if not path.is_dir() and name not in known:
                shown = os.fsencode(name).decode(errors="replace")
                self.faults.append(Fault(path=shown, line=0, message="nothing uses this file"))


def live_minutes(module: Module) -> int:
    """Return how long the steps of a live session take: the first column of its run."""
    live = module.documents.get("live")
    text = live.texts.get(ALL[0]) if live else None
    runs = (block.source for block in text.blocks if block.kind is Kind.TABLE) if text else ()
    return sum(int(minutes) for run in runs for minutes in RUN.findall(run))


def _minutes(table: Table) -> dict[str, int]:
    return {name: table.whole(name) for name in table.entries}


def _model(sheet: Table) -> str:
    language = sheet.entries.get("source_language")
    if isinstance(language, str) and language in ALL:
        return language
    sheet.fault("source_language", "source_language: fr, en or es")
    return ALL[0]


def _phase(table: Table) -> Phase:
    match table.entries.get("weeks"):
        case [int() as first, int() as last] if 0 < first <= last <= BIGGEST:
            weeks = first, last
        case _:
            table.fault("weeks", "weeks: the first and the last week")
            weeks = 1, 1
    return Phase(
        key=table.line("key"),
        weeks=weeks,
        title=table.in_languages("title"),
        summary=table.in_languages("summary"),
    )
