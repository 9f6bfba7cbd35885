"""What lessons refer to: the documents they cite and the terms of the glossary."""

import re
from collections.abc import Collection
from pathlib import Path

from learning.content.course import ALL, Fault, Source, Term
from learning.content.sheets import Table, read_sheet

SOURCE_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")


def read_sources(folder: Path, faults: list[Fault]) -> dict[str, Source]:
    sheet = read_sheet(folder / "sources.toml", "sources.toml", faults)
    return {key: _source(sheet, key) for key in sheet.entries}


def _source(sheet: Table, key: str) -> Source:
    if not SOURCE_KEY.fullmatch(key):
        sheet.fault(key, f"“{key}”: a key has small letters, digits and hyphens")
    table = sheet.table(key)
    return Source(
        key=key,
        title=table.line("title"),
        publisher=table.line("publisher"),
        year=table.whole("year"),
    )


def read_terms(folder: Path, sources: Collection[str], faults: list[Fault]) -> dict[str, Term]:
    sheet = read_sheet(folder / "glossary.toml", "glossary.toml", faults)
    terms = {key: _term(sheet, key, sources) for key in sheet.entries}
    for key, term in terms.items():
        for other in term.see:
            if other not in terms or other == key:
                sheet.table(key).fault("see", f"there is no other term “{other}”")
    return terms


def _term(sheet: Table, key: str, sources: Collection[str]) -> Term:
    sheet.check_key(key, key)
    table = sheet.table(key)
    source = table.line("source")
    if source and source not in sources:
        table.fault("source", f"there is no source “{source}”")
    entries = {language: table.table(language) for language in ALL}
    return Term(
        key=key,
        source=source,
        see=table.strings("see") if "see" in table.entries else (),
        name={language: each.prose("term", language) for language, each in entries.items()},
        definition={
            language: each.prose("definition", language) for language, each in entries.items()
        },
    )
