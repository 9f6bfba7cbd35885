"""The file of invented names, compared with the texts of a course."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from learning.content.activity_types import QuestionText
from learning.content.course import ALL, Course, Document, Lesson, ValidationIssue
from learning.content.invented_names import InventedName, NamedText, NameList, name_issues
from learning.content.toml_reader import TomlTable, read_text, read_toml

NAMES_FILE = "invented-names.toml"
WORK = "work"


def invented_name_issues(folder: Path, course: Course) -> list[ValidationIssue]:
    """Return where texts and list differ; a course without a list has no issue."""
    if not (folder / NAMES_FILE).exists():
        return []
    issues: list[ValidationIssue] = []
    sheet = read_toml(folder / NAMES_FILE, NAMES_FILE, issues)
    names = NameList(
        people=[_name(table, "who") for table in sheet.tables("people")],
        places=[_name(table, "what") for table in sheet.tables("places")],
        known=sheet.strings("known"),
    )
    found = name_issues(list(_texts(course)), names)
    return issues + [
        ValidationIssue(
            path=each.path or NAMES_FILE,
            line=_line(folder / (each.path or NAMES_FILE), each.name),
            message=each.message,
        )
        for each in found
    ]


def _name(table: TomlTable, described_by: str) -> InventedName:
    table.line(described_by)
    table.find_strangers({"name", described_by, "modules"})
    return InventedName(name=table.line("name"), modules=table.strings("modules"))


def _line(path: Path, name: str) -> int:
    """Return the first line of a file that has a name, 0 if none has it on one line."""
    lines = (read_text(path, path.name, []) or "").split("\n")
    return next((number for number, line in enumerate(lines, 1) if name in line), 0)


def _texts(course: Course) -> Iterator[NamedText]:
    for module in course.modules:
        for lesson in module.lessons:
            yield _prose(lesson, module.key, lesson.key.removeprefix(f"{module.key}-"))
        for name, document in module.documents.items():
            yield _prose(document, module.key, name)
        for question in module.bank:
            texts = {code: _words(question.texts[code]) for code in ALL}
            yield NamedText(path=f"{module.key}/bank.toml", module=module.key, by_language=texts)
        if lab := module.lab:
            statements = lab.statements
            texts = {
                code: "\n".join([lab.situation[code], *(s.why[code] for s in statements)])
                for code in ALL
            }
            yield NamedText(path=f"{module.key}/lab.toml", module=module.key, by_language=texts)
    for name, document in course.work.documents.items():
        yield _prose(document, WORK, name)


def _prose(text: Lesson | Document, module: str, name: str) -> NamedText:
    return NamedText(
        path=f"{module}/{name}.{ALL[0]}.md",
        module=module,
        by_language={
            code: "\n".join(block.source for block in each.blocks)
            for code, each in text.texts.items()
        },
    )


def _words(text: QuestionText) -> str:
    return "\n".join(each for field in fields(text) for each in _flat(getattr(text, field.name)))


def _flat(value: str | Sequence[str] | Sequence[Sequence[str]]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    for each in value:
        yield from _flat(each)
