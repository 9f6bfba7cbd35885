"""A course's folder read into memory, with every fault found on the way."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from learning.content.blocks import tokens_at_top
from learning.content.course import (
    ALL,
    Course,
    CourseError,
    Fault,
    Lesson,
    Module,
    Phase,
    Source,
    Term,
)
from learning.content.lessons import read_lesson
from learning.content.rendering import prose
from learning.content.sheets import Sheet, Table, read_sheet, read_text
from learning.content.structure import Known

LANGUAGE_CODES = frozenset(ALL)


def load_course(folder: Path) -> Course:
    """Return the course in a folder; raise CourseError with every fault of its files."""
    course, faults = _Reading(folder).read()
    if course is None or faults:
        raise CourseError(faults)
    return course


def check_course(folder: Path) -> list[Fault]:
    """Return every fault of a course's files, whatever they hold."""
    _, faults = _Reading(folder).read()
    return sorted(set(faults), key=lambda fault: (fault.path, fault.line, fault.message))


def revision(folder: Path) -> str:
    """Return a short hash over every file of a folder."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@dataclass
class _Reading:
    folder: Path
    faults: list[Fault] = field(default_factory=list)
    source_language: str = ALL[0]

    def read(self) -> tuple[Course | None, list[Fault]]:
        sheet = read_sheet(self.folder / "course.toml", "course.toml", self.faults)
        if not sheet.data:
            return None, self.faults
        sources = self._sources()
        terms = self._terms(sources)
        names = sheet.data.get("modules")
        self.source_language = str(sheet.data.get("source_language", ALL[0]))
        keys = [n for n in names if isinstance(n, str)] if isinstance(names, list) else []
        if not keys:
            sheet.fault("modules", "modules: a list of folders")
            return None, self.faults
        modules = [self._module(key, terms, sources) for key in keys]
        self._add_up(sheet, modules)
        return self._course(sheet, modules, terms, sources), self.faults

    def _course(
        self,
        sheet: Sheet,
        modules: list[Module],
        terms: dict[str, Term],
        sources: dict[str, Source],
    ) -> Course:
        if self.source_language not in LANGUAGE_CODES:
            sheet.fault("source_language", "source_language: fr, en or es")
        return Course(
            key=self.folder.name,
            code=sheet.line(sheet.data, "code"),
            source_language=self.source_language,
            title=sheet.in_languages(sheet.data, "title"),
            phases=[self._phase(sheet, table) for table in sheet.tables(sheet.data, "phases")],
            modules=modules,
            terms=terms,
            sources=sources,
            note=self._note(),
            total_minutes=sheet.whole(sheet.data, "total_minutes"),
            revision=revision(self.folder),
        )

    def _phase(self, sheet: Sheet, table: Table) -> Phase:
        match table.get("weeks"):
            case [int() as first, int() as last] if 0 < first <= last:
                weeks = first, last
            case _:
                sheet.fault("weeks", "weeks: the first and the last week")
                weeks = 1, 1
        return Phase(
            key=sheet.line(table, "key"),
            weeks=weeks,
            title=sheet.in_languages(table, "title"),
            summary=sheet.in_languages(table, "summary"),
        )

    def _sources(self) -> dict[str, Source]:
        sheet = read_sheet(self.folder / "sources.toml", "sources.toml", self.faults)
        return {
            key: Source(
                key=key,
                title=sheet.line(sheet.table(sheet.data, key), "title", near=f"[{key}]"),
                publisher=sheet.line(sheet.table(sheet.data, key), "publisher", near=f"[{key}]"),
                year=sheet.whole(sheet.table(sheet.data, key), "year", near=f"[{key}]"),
            )
            for key in sheet.data
        }

    def _terms(self, sources: dict[str, Source]) -> dict[str, Term]:
        sheet = read_sheet(self.folder / "glossary.toml", "glossary.toml", self.faults)
        return {key: self._term(sheet, key, sources) for key in sheet.data}

    def _term(self, sheet: Sheet, key: str, sources: dict[str, Source]) -> Term:
        table, near = sheet.table(sheet.data, key), f"[{key}]"
        source = sheet.line(table, "source", near=near)
        if source and source not in sources:
            sheet.fault(near, f"there is no source “{source}”")
        entries = {language: table.get(language) for language in ALL}
        names = {lang: e.get("term") for lang, e in entries.items() if isinstance(e, dict)}
        texts = {lang: e.get("definition") for lang, e in entries.items() if isinstance(e, dict)}
        whole = {"term": names, "definition": texts}
        return Term(
            key=key,
            source=source,
            name=sheet.in_languages(whole, "term", near=near),
            definition=sheet.in_languages(whole, "definition", near=near),
        )

    def _module(self, key: str, terms: dict[str, Term], sources: dict[str, Source]) -> Module:
        folder = self.folder / key
        sheet = read_sheet(folder / "module.toml", f"{key}/module.toml", self.faults)
        drawings = {path.stem for path in folder.glob("*.svg")}
        known = Known(terms=terms, sources=sources, drawings=drawings, model=self.source_language)
        tables = sheet.tables(sheet.data, "lessons") if sheet.data else []
        return Module(
            key=key,
            week=sheet.whole(sheet.data, "week") if sheet.data else 1,
            title=sheet.in_languages(sheet.data, "title") if sheet.data else dict.fromkeys(ALL, ""),
            objectives=self._objectives(sheet),
            lessons=[self._lesson(folder, sheet, table, known) for table in tables],
        )

    def _objectives(self, sheet: Sheet) -> dict[str, list[str]]:
        table = sheet.table(sheet.data, "objectives") if sheet.data else {}
        found: dict[str, list[str]] = {}
        for language in ALL:
            given = table.get(language)
            texts = [t for t in given if isinstance(t, str)] if isinstance(given, list) else []
            if not texts and sheet.data:
                sheet.fault("[objectives]", f"objectives: none in “{language}”")
            for text in texts:
                sheet.typography(text, language)
            found[language] = texts
        if len({len(texts) for texts in found.values()}) > 1:
            sheet.fault("[objectives]", "objectives: as many in each language")
        return found

    def _lesson(self, folder: Path, sheet: Sheet, table: Table, known: Known) -> Lesson:
        key = sheet.line(table, "key", near="[[lessons]]")
        written = table.get("written")
        if not isinstance(written, bool):
            sheet.fault(f'"{key}"', f"{key}: written: true or false")
        return Lesson(
            key=f"{folder.name}-{key}",
            module=folder.name,
            minutes=sheet.whole(table, "minutes", near=f'"{key}"'),
            title=sheet.in_languages(table, "title", near=f'"{key}"'),
            texts=read_lesson(folder, key, known, self.faults) if written is True and key else {},
        )

    def _note(self) -> dict[str, Markup]:
        note, shapes = {}, {}
        for language in ALL:
            name = f"note.{language}.md"
            text = read_text(self.folder / name, name, self.faults) or ""
            note[language] = prose(text, language)
            shapes[language] = [token.type for token in tokens_at_top(text)]
        for language in ALL[1:]:
            if shapes[language] != shapes[ALL[0]]:
                message = f"its headings and paragraphs are not those of note.{ALL[0]}.md"
                self.faults.append(Fault(path=f"note.{language}.md", line=0, message=message))
        return note

    def _add_up(self, sheet: Sheet, modules: list[Module]) -> None:
        """Check that lessons fill their module, and modules and the rest the course."""
        per_module = sheet.table(sheet.data, "module_minutes")
        extra = sheet.table(sheet.data, "extra_minutes")
        wanted = sheet.whole(per_module, "lessons")
        for module in modules:
            minutes = sum(lesson.minutes for lesson in module.lessons)
            if module.lessons and minutes != wanted:
                message = f"its lessons take {minutes} minutes together, not {wanted}"
                path = f"{module.key}/module.toml"
                self.faults.append(
                    Fault(path=path, line=_line_of_lessons(self.folder / path), message=message)
                )
        rest = sum(sheet.whole(extra, name) for name in extra)
        total = len(modules) * sum(sheet.whole(per_module, name) for name in per_module) + rest
        stated = sheet.whole(sheet.data, "total_minutes")
        if total != stated:
            sheet.fault("total_minutes", f"everything takes {total} minutes, not {stated}")


def _line_of_lessons(path: Path) -> int:
    lines = path.read_text().splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.startswith("[[lessons]]")), 0)
