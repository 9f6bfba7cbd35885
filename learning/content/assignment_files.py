"""Files of the whole course: briefs, rubrics, marked examples, the group's manifest."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from learning.content.activity_types import Criterion, Example, Lab, LabStatement, Manifest
from learning.content.course import ALL, CommonWork, Document, ValidationIssue
from learning.content.lessons import read_document
from learning.content.structure import KnownNames
from learning.content.toml_reader import TomlTable, read_toml

FOLDER = "work"
RUBRIC = "-rubric.toml"
LEVELS = 5
HUNDRED = 100
DIMENSIONS = ("economic", "social", "psychosocial")
BANDS = ("low", "middle", "high")


def read_work(
    folder: Path, known: KnownNames, issues: list[ValidationIssue]
) -> tuple[CommonWork, Collection[str]]:
    """Return the course's common documents, if it has any, and the files that they need."""
    own = folder / FOLDER
    if not own.is_dir():
        return CommonWork(), ()
    names = sorted({path.name.split(".")[0] for path in own.glob("*.md")})
    documents: dict[str, Document] = {}
    files: set[str] = set()
    for name in names:
        documents[name] = read_document(own, name, known, issues)
        files.update(f"{FOLDER}/{name}.{language}.md" for language in ALL)
    rubrics = {}
    for path in sorted(own.glob(f"*{RUBRIC}")):
        files.add(f"{FOLDER}/{path.name}")
        sheet = read_toml(path, f"{FOLDER}/{path.name}", issues)
        rubrics[path.name.removesuffix(RUBRIC)] = _rubric(sheet)
    work = CommonWork(
        documents=documents,
        rubrics=rubrics,
        examples=_examples(own, rubrics.get("peer", ()), issues, files),
        manifest=_manifest(own, issues, files),
    )
    return work, files


def _rubric(sheet: TomlTable) -> list[Criterion]:
    tables = sheet.tables("criteria")
    criteria = [_criterion(table) for table in tables]
    total = sum(criterion.weight for criterion in criteria)
    if criteria and total != HUNDRED:
        sheet.report("criteria", f"the weights add up to {total}, not {HUNDRED}")
    return criteria


def _criterion(table: TomlTable) -> Criterion:
    by_language = {language: table.table(language) for language in ALL}
    levels = {code: own.prose_list("levels", code) for code, own in by_language.items()}
    for language, own in by_language.items():
        if len(levels[language]) != LEVELS:
            own.report("levels", f"levels: {LEVELS} sentences, from 0 to 4")
    return Criterion(
        key=table.key("key"),
        weight=table.positive_int("weight"),
        title={code: own.prose("title", code) for code, own in by_language.items()},
        question={code: own.prose("question", code) for code, own in by_language.items()},
        levels=levels,
    )


def _examples(
    folder: Path, rubric: Sequence[Criterion], issues: list[ValidationIssue], files: set[str]
) -> Mapping[str, Example]:
    path = folder / "calibration.toml"
    if not path.exists():
        return {}
    files.add(f"{FOLDER}/{path.name}")
    sheet = read_toml(path, f"{FOLDER}/{path.name}", issues)
    return {name: _example(sheet.table(name), rubric) for name in sheet.entries}


def _example(table: TomlTable, rubric: Sequence[Criterion]) -> Example:
    marks, reasons = table.table("marks"), table.table("reasons")
    return Example(
        marks={criterion.key: _level(marks, criterion.key) for criterion in rubric},
        reasons={
            code: {c.key: reasons.table(code).prose(c.key, code) for c in rubric} for code in ALL
        },
    )


def _manifest(folder: Path, issues: list[ValidationIssue], files: set[str]) -> Manifest | None:
    path = folder / "manifest.toml"
    if not path.exists():
        return None
    files.add(f"{FOLDER}/{path.name}")
    sheet = read_toml(path, f"{FOLDER}/{path.name}", issues)
    columns, rows = sheet.strings("columns"), sheet.entries.get("rows")
    words = sheet.table("words")
    if not isinstance(rows, list) or any(len(row) != len(columns) for row in rows):
        sheet.report("rows", f"rows: lists of {len(columns)} entries")
        rows = []
    return Manifest(
        columns=columns, rows=rows, words={code: words.table(code).entries for code in ALL}
    )


def read_lab(folder: Path, issues: list[ValidationIssue]) -> Lab | None:
    """Return a module's laboratory, None if it has none."""
    path = folder / "lab.toml"
    if not path.exists():
        return None
    sheet = read_toml(path, f"{folder.name}/{path.name}", issues)
    scale, advice = sheet.table("scale"), sheet.table("advice")
    statements = [_statement(table) for table in sheet.tables("statements")]
    for code in ALL:
        if len(scale.strings(code)) != LEVELS:
            scale.report(code, f"scale: {LEVELS} words, from 0 to 4")
    for dimension in DIMENSIONS:
        if sum(each.dimension == dimension for each in statements) != LEVELS - 1:
            sheet.report("statements", f"four statements are “{dimension}”")
    return Lab(
        situation=sheet.in_languages("situation"),
        scale={code: scale.strings(code) for code in ALL},
        statements=statements,
        advice={name: _advice(advice.table(name)) for name in DIMENSIONS},
        warning=sheet.in_languages("warning"),
        formula=sheet.in_languages("formula"),
        model=_in_prose(sheet.table("model")),
    )


def _statement(table: TomlTable) -> LabStatement:
    dimension = table.line("dimension")
    if dimension not in DIMENSIONS:
        table.report("dimension", f"dimension: one of {', '.join(DIMENSIONS)}")
    return LabStatement(
        key=table.key("key"),
        dimension=dimension,
        text={code: table.prose(code, code) for code in ALL},
        model=_level(table, "model"),
        why=_in_prose(table.table("why")),
    )


def _in_prose(table: TomlTable) -> Mapping[str, str]:
    return {code: table.prose(code, code) for code in ALL}


def _level(table: TomlTable, key: str) -> int:
    """Return a level of a scale from 0 to 4; 0 with an issue if it is not one."""
    level = table.entries.get(key)
    if isinstance(level, int) and not isinstance(level, bool) and 0 <= level < LEVELS:
        return level
    table.report(key, f"{key}: a level from 0 to {LEVELS - 1}")
    return 0


def _advice(table: TomlTable) -> Mapping[str, Mapping[str, str]]:
    own = {code: table.table(code) for code in ALL}
    return {code: {band: own[code].prose(band, code) for band in BANDS} for code in ALL}
