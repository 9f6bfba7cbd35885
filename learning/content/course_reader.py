"""Reads a course's folder into memory, and collects every issue."""

import hashlib
import os
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from learning.content.assessment import read_assessment, stated_values
from learning.content.assignment_files import read_work
from learning.content.course import (
    ALL,
    Course,
    CourseError,
    InLanguages,
    Kind,
    Module,
    Phase,
    ValidationIssue,
)
from learning.content.deadlines import deadline_keys, read_deadlines
from learning.content.minutes_checks import check_group_exercise, check_module_minutes
from learning.content.modules import ReadModule, read_module
from learning.content.name_list import NAMES_FILE, invented_name_issues
from learning.content.project_criteria import read_criteria, unnamed_criteria
from learning.content.prose_pages import read_prose
from learning.content.references import read_sources, read_terms
from learning.content.stated_files import contradictions, stated_numbers
from learning.content.structure import KnownNames
from learning.content.toml_reader import MAX_WHOLE_NUMBER, TomlTable, read_toml

RUN = re.compile(r"^\| *(\d+) *\|", re.MULTILINE)
FIGURES = "SOURCES.md"  # the source of each figure in the lessons; for authors and tests
COURSE_FILE = "course.toml"
COURSE_FILES = (COURSE_FILE, "sources.toml", "glossary.toml")


def load_course(folder: Path) -> Course:
    """Return the course in a folder; raise CourseError with every issue of its files."""
    reading = _Reading(folder)
    course = reading.read()
    if reading.issues:
        raise CourseError(_in_order(reading.issues))
    return course


def check_course(folder: Path) -> list[ValidationIssue]:
    """Return every issue of a course's files, whatever they contain."""
    reading = _Reading(folder)
    course = reading.read()
    names = [] if reading.issues else invented_name_issues(folder, course)
    return _in_order([*reading.issues, *names])


def _in_order(issues: Collection[ValidationIssue]) -> list[ValidationIssue]:
    return sorted(set(issues), key=lambda issue: (issue.path, issue.line, issue.message))


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
    issues: list[ValidationIssue] = field(default_factory=list)

    def read(self) -> Course:
        sheet = read_toml(self.folder / COURSE_FILE, COURSE_FILE, self.issues)
        sources = read_sources(self.folder, self.issues)
        terms = read_terms(self.folder, sources, self.issues)
        source_language = _source_language(sheet)
        known = KnownNames(
            terms=terms,
            sources=sources,
            drawings=(),
            source_language=source_language,
            dates=deadline_keys(sheet),
            criteria=read_criteria(self.folder),
        )
        keys = sheet.keys("modules")
        read = [read_module(self.folder / key, known, self.issues) for key in keys]
        self._add_up(sheet, read)
        work, files = read_work(self.folder, known, self.issues)
        self._find_strangers(read, files)
        modules, total = [each.module for each in read], sheet.positive_int("total_minutes")
        minutes = _minutes(sheet.table("module_minutes"))
        extra = _minutes(sheet.table("extra_minutes"))
        self.issues += unnamed_criteria(modules, known.criteria)
        deadlines = read_deadlines(sheet, modules, work)
        assessment = read_assessment(sheet, modules, work, deadlines)
        check_module_minutes(sheet.table("module_minutes"), modules, assessment)
        check_group_exercise(sheet.table("extra_minutes"), work)
        values = stated_values(assessment, modules, minutes, extra, total)
        self.issues += contradictions(stated_numbers(self.folder, sheet), values)
        return Course(
            key=self.folder.name,
            code=sheet.line("code"),
            source_language=source_language,
            title=sheet.in_languages("title"),
            phases=[_phase(table) for table in sheet.tables("phases")],
            modules=modules,
            terms=terms,
            sources=sources,
            promise=sheet.in_languages("promise"),
            file_pages=_file_pages(sheet, keys),
            sample_lesson=_sample_lesson(sheet, modules),
            note=read_prose(self.folder, "note", source_language, self.issues),
            minutes=minutes,
            extra_minutes=extra,
            total_minutes=total,
            deadlines=deadlines,
            assessment=assessment,
            work=work,
            revision=revision(self.folder),
        )

    def _add_up(self, sheet: TomlTable, read: Sequence[ReadModule]) -> None:
        """Check that the minutes of lessons fill their module, and those of modules the course."""
        per_module, extra = sheet.table("module_minutes"), sheet.table("extra_minutes")
        expected = per_module.positive_int("lessons")
        for each in read:
            minutes = sum(lesson.minutes for lesson in each.module.lessons)
            if each.module.lessons and minutes != expected:
                message = f"its lessons take {minutes} minutes together, not {expected}"
                each.sheet.report("lessons", message)
            self._add_up_stated(per_module, each)
        rest = sum(extra.positive_int(name) for name in extra.entries)
        total = len(read) * sum(per_module.positive_int(name) for name in per_module.entries) + rest
        stated = sheet.positive_int("total_minutes")
        if total != stated:
            sheet.report("total_minutes", f"everything takes {total} minutes, not {stated}")

    def _add_up_stated(self, per_module: TomlTable, each: ReadModule) -> None:
        """Check that the readings and the live session take the time that a module gives them."""
        stated = {
            "readings": sum(reading.minutes for reading in each.module.readings),
            "live": live_minutes(each.module),
        }
        for name, minutes in stated.items():
            if minutes and minutes != per_module.positive_int(name):
                path = f"{each.module.key}/{name}"
                message = f"{minutes} minutes together, not {per_module.positive_int(name)}"
                self.issues.append(ValidationIssue(path=path, line=0, message=message))

    def _find_strangers(self, read: Sequence[ReadModule], work: Collection[str]) -> None:
        """Report files that nothing refers to; without a valid module, any may be right."""
        known_names = {
            *COURSE_FILES,
            FIGURES,
            NAMES_FILE,
            *work,
            *(f"note.{language}.md" for language in ALL),
        }
        known_names.update(name for each in read for name in each.files)
        for path in sorted(self.folder.rglob("*")) if read else ():
            name = path.relative_to(self.folder).as_posix()
            if not path.is_dir() and name not in known_names:
                readable_name = os.fsencode(name).decode(errors="replace")
                self.issues.append(
                    ValidationIssue(path=readable_name, line=0, message="nothing uses this file")
                )


def live_minutes(module: Module) -> int:
    """Return how long the steps of a live session take: the first column of its run."""
    live = module.documents.get("live")
    text = live.texts.get(ALL[0]) if live else None
    runs = (block.source for block in text.blocks if block.kind is Kind.TABLE) if text else ()
    return sum(int(minutes) for run in runs for minutes in RUN.findall(run))


def _minutes(table: TomlTable) -> dict[str, int]:
    return {name: table.positive_int(name) for name in table.entries}


def _file_pages(sheet: TomlTable, modules: Sequence[str]) -> dict[str, InLanguages]:
    """Return the titles of the file's pages by module; a course may have no file."""
    if "file_pages" not in sheet.entries:
        return {}
    titles = sheet.table("file_pages")
    for key in sorted(titles.entries.keys() - set(modules)):
        titles.report(key, f"there is no module “{key}”")
    return {key: titles.in_languages(key) for key in modules if key in titles.entries}


def _sample_lesson(sheet: TomlTable, modules: Sequence[Module]) -> str:
    """Return the key of the lesson that visitors may read, "" for none."""
    if "sample_lesson" not in sheet.entries:
        return ""
    key = sheet.line("sample_lesson")
    written = {each.key for module in modules for each in module.lessons if each.texts}
    if key not in written:
        sheet.report("sample_lesson", f"sample_lesson: there is no written lesson “{key}”")
    return key


def _source_language(sheet: TomlTable) -> str:
    language = sheet.entries.get("source_language")
    if isinstance(language, str) and language in ALL:
        return language
    sheet.report("source_language", "source_language: fr, en or es")
    return ALL[0]


def _phase(table: TomlTable) -> Phase:
    match table.entries.get("weeks"):
        case [int() as first, int() as last] if 0 < first <= last <= MAX_WHOLE_NUMBER:
            weeks = first, last
        case _:
            table.report("weeks", "weeks: the first and the last week")
            weeks = 1, 1
    return Phase(
        key=table.line("key"),
        weeks=weeks,
        title=table.in_languages("title"),
        summary=table.in_languages("summary"),
    )
