"""The numbers that the files of a course state, compared with course.toml."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from learning.content.course import ALL, ValidationIssue
from learning.content.stated_numbers import StatedNumber, read_numbers
from learning.content.toml_reader import TomlTable, read_text

LESSON = re.compile(r"[^/]+/l\d+")
HOMES = {"work/peer": "peer", "work/group": "group", "work/project": "project"}


@dataclass(frozen=True, kw_only=True)
class FileNumber:
    """A number stated in a file of the course."""

    path: str
    language: str
    number: StatedNumber


def stated_numbers(folder: Path, sheet: TomlTable) -> list[FileNumber]:
    """Return the numbers of every Markdown file, and of the deadlines' titles."""
    result: list[FileNumber] = []
    for path in sorted(folder.rglob("*.??.md")):
        name, _, language = path.relative_to(folder).as_posix().removesuffix(".md").rpartition(".")
        text = read_text(path, path.name, []) if language in ALL else None
        if text is not None:
            lesson = bool(LESSON.fullmatch(name))
            numbers = read_numbers(text, language, HOMES.get(name, ""), lesson=lesson)
            whole = f"{name}.{language}.md"
            result += [FileNumber(path=whole, language=language, number=each) for each in numbers]
    return result + _titles(sheet)


def contradictions(
    numbers: Iterable[FileNumber], values: Mapping[str, int]
) -> list[ValidationIssue]:
    """Return an issue for each number that differs from course.toml; unknown facts have none."""
    return [
        ValidationIssue(
            path=each.path, line=each.number.line, message=_message(each.number, values)
        )
        for each in numbers
        if each.number.value != values.get(each.number.fact, each.number.value)
    ]


def _message(number: StatedNumber, values: Mapping[str, int]) -> str:
    return f"says {number.value}, but {number.fact} is {values[number.fact]}"


def _titles(sheet: TomlTable) -> list[FileNumber]:
    """Return the numbers in titles of deadlines; the subject of “peer-reviews” is “peer”."""
    tables = sheet.entries.get("deadlines")
    result: list[FileNumber] = []
    for index, entry in enumerate(tables if isinstance(tables, list) else []):
        title = entry.get("title") if isinstance(entry, dict) else None
        if not isinstance(title, dict):
            continue
        home = str(entry.get("key", "")).partition("-")[0]
        for language in ALL:
            line = sheet.sheet.line_of(("deadlines", index, "title", language))
            numbers = read_numbers(str(title.get(language, "")), language, home, lesson=False)
            result += [
                FileNumber(
                    path=sheet.sheet.name,
                    language=language,
                    number=StatedNumber(fact=each.fact, value=each.value, line=line),
                )
                for each in numbers
            ]
    return result
