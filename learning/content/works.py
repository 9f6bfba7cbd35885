"""What belongs to the whole course: briefs, rubrics, marked examples, the group's manifest."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from learning.content.course import ALL, Document, Fault, Work
from learning.content.lessons import read_document
from learning.content.pieces import Criterion, Example, Lab, Manifest, Statement
from learning.content.sheets import Table, read_sheet
from learning.content.structure import Known

FOLDER = "work"
RUBRIC = "-rubric.toml"
LEVELS = 5
HUNDRED = 100
DIMENSIONS = ("economic", "social", "psychosocial")
BANDS = ("low", "middle", "high")


def read_work(folder: Path, known: Known, faults: list[Fault]) -> tuple[Work, Collection[str]]:
    """Return the course's common documents, if it has any, and the files that they need."""
    own = folder / FOLDER
    if not own.is_dir():
        return Work(), ()
    names = sorted({path.name.split(".")[0] for path in own.glob("*.md")})
    documents: dict[str, Document] = {}
    files: set[str] = set()
    for name in names:
        documents[name] = read_document(own, name, known, faults)
        files.update(f"{FOLDER}/{name}.{language}.md" for language in ALL)
    rubrics = {}
    for path in sorted(own.glob(f"*{RUBRIC}")):
        files.add(f"{FOLDER}/{path.name}")
        sheet = read_sheet(path, f"{FOLDER}/{path.name}", faults)
        rubrics[path.name.removesuffix(RUBRIC)] = _rubric(sheet)
    work = Work(
        documents=documents,
        rubrics=rubrics,
        examples=_examples(own, rubrics.get("peer", ()), faults, files),
        manifest=_manifest(own, faults, files),
    )
    return work, files


def _rubric(sheet: Table) -> list[Criterion]:
    tables = sheet.tables("criteria")
    found = [_criterion(table) for table in tables]
    total = sum(criterion.weight for criterion in found)
    if found and total != HUNDRED:
        sheet.fault("criteria", f"the weights add up to {total}, not {HUNDRED}")
    return found


def _criterion(table: Table) -> Criterion:
    by_language = {language: table.table(language) for language in ALL}
    levels = {language: own.strings("levels") for language, own in by_language.items()}
    for language, own in by_language.items():
        if len(levels[language]) != LEVELS:
            own.fault("levels", f"levels: {LEVELS} sentences, from 0 to 4")
        for text in levels[language]:
            own.check_writing("levels", text, language)
    return Criterion(
        key=table.key("key"),
        weight=table.whole("weight"),
        title={code: own.prose("title", code) for code, own in by_language.items()},
        question={code: own.prose("question", code) for code, own in by_language.items()},
        levels=levels,
    )


def _examples(
    folder: Path, rubric: Sequence[Criterion], faults: list[Fault], files: set[str]
) -> Mapping[str, Example]:
    path = folder / "calibration.toml"
    if not path.exists():
        return {}
    files.add(f"{FOLDER}/{path.name}")
    sheet = read_sheet(path, f"{FOLDER}/{path.name}", faults)
    return {name: _example(sheet.table(name), rubric) for name in sheet.entries}


def _example(table: Table, rubric: Sequence[Criterion]) -> Example:
    marks, reasons = table.table("marks"), table.table("reasons")
    given = {}
    for criterion in rubric:
        level = marks.entries.get(criterion.key)
        if not isinstance(level, int) or not 0 <= level < LEVELS:
            marks.fault(criterion.key, f"{criterion.key}: a level from 0 to 4")
            level = 0
        given[criterion.key] = level
    return Example(
        marks=given,
        reasons={
            code: {c.key: reasons.table(code).prose(c.key, code) for c in rubric} for code in ALL
        },
    )


def _manifest(folder: Path, faults: list[Fault], files: set[str]) -> Manifest | None:
    path = folder / "manifest.toml"
    if not path.exists():
        return None
    files.add(f"{FOLDER}/{path.name}")
    sheet = read_sheet(path, f"{FOLDER}/{path.name}", faults)
    columns, rows = sheet.strings("columns"), sheet.entries.get("rows")
    words = sheet.table("words")
    if not isinstance(rows, list) or any(len(row) != len(columns) for row in rows):
        sheet.fault("rows", f"rows: lists of {len(columns)} entries")
        rows = []
    return Manifest(
        columns=columns, rows=rows, words={code: words.table(code).entries for code in ALL}
    )


def read_lab(folder: Path, faults: list[Fault]) -> Lab | None:
    """Return a module's laboratory, None if it has none."""
    path = folder / "lab.toml"
    if not path.exists():
        return None
    sheet = read_sheet(path, f"{folder.name}/{path.name}", faults)
    scale, advice = sheet.table("scale"), sheet.table("advice")
    statements = [_statement(table) for table in sheet.tables("statements")]
    for code in ALL:
        if len(scale.strings(code)) != LEVELS:
            scale.fault(code, f"scale: {LEVELS} words, from 0 to 4")
    for dimension in DIMENSIONS:
        if sum(each.dimension == dimension for each in statements) != LEVELS - 1:
            sheet.fault("statements", f"four statements are “{dimension}”")
    return Lab(
        situation=sheet.in_languages("situation"),
        scale={code: scale.strings(code) for code in ALL},
        statements=statements,
        advice={name: _advice(advice.table(name)) for name in DIMENSIONS},
        warning=sheet.in_languages("warning"),
        formula=sheet.in_languages("formula"),
    )


def _statement(table: Table) -> Statement:
    dimension = table.line("dimension")
    if dimension not in DIMENSIONS:
        table.fault("dimension", f"dimension: one of {', '.join(DIMENSIONS)}")
    return Statement(
        key=table.key("key"),
        dimension=dimension,
        text={code: table.prose(code, code) for code in ALL},
    )


def _advice(table: Table) -> Mapping[str, Mapping[str, str]]:
    own = {code: table.table(code) for code in ALL}
    return {code: {band: own[code].prose(band, code) for band in BANDS} for code in ALL}
