"""What lessons refer to: cited documents and terms of the glossary."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from learning.content.course import ALL, Source, Term, ValidationIssue
from learning.content.toml_reader import TomlTable, read_toml

SOURCE_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")
CAPTION_KEY = re.compile(r"\b\d{3}\b")
CITATION = re.compile(r"(?<=\[)(?P<key>[a-z0-9-]+)(?=[^\[\]]*\]\(source:(?P=key)\))")


def read_sources(folder: Path, issues: list[ValidationIssue]) -> dict[str, Source]:
    sheet = read_toml(folder / "sources.toml", "sources.toml", issues)
    return {key: _source(sheet, key) for key in sheet.entries}


def _source(sheet: TomlTable, key: str) -> Source:
    if not SOURCE_KEY.fullmatch(key):
        sheet.report(key, f"“{key}”: a key has small letters, digits and hyphens")
    table = sheet.table(key)
    return Source(
        key=key,
        citation=table.in_languages("citation"),
        title=table.in_languages("title"),
        publisher=table.in_languages("publisher"),
        year=table.positive_int("year"),
        text_language=_text_language(table),
    )


def _text_language(table: TomlTable) -> str | None:
    language = table.entries.get("text_language")
    if language is None or language in ALL:
        return language
    table.report("text_language", f"text_language: one of {', '.join(ALL)}, or no entry")
    return None


def cited(text: str, language: str, sources: Mapping[str, Source]) -> str:
    """Return a text whose links to sources begin with their short names, not with their keys."""

    def name(link: re.Match[str]) -> str:
        source = sources.get(link["key"])
        return source.citation[language] if source else link["key"]

    return CITATION.sub(name, text)


def cited_caption(caption: str, language: str, sources: Mapping[str, Source]) -> str:
    """Return the caption of a drawing with the short names of sources in place of their keys."""

    def name(number: re.Match[str]) -> str:
        source = sources.get(number[0])
        return source.citation[language] if source else number[0]

    return CAPTION_KEY.sub(name, caption)


def read_terms(
    folder: Path, sources: Collection[str], issues: list[ValidationIssue]
) -> dict[str, Term]:
    sheet = read_toml(folder / "glossary.toml", "glossary.toml", issues)
    terms = {key: _term(sheet, key, sources) for key in sheet.entries}
    for key, term in terms.items():
        for other in term.see:
            if other not in terms or other == key:
                sheet.table(key).report("see", f"there is no other term “{other}”")
    return terms


def _term(sheet: TomlTable, key: str, sources: Collection[str]) -> Term:
    sheet.check_key(key, key)
    table = sheet.table(key)
    source = table.line("source")
    if source and source not in sources:
        table.report("source", f"there is no source “{source}”")
    entries = {language: table.table(language) for language in ALL}
    return Term(
        key=key,
        source=source,
        section=table.in_languages("section"),
        see=table.strings("see") if "see" in table.entries else (),
        name={language: each.prose("term", language) for language, each in entries.items()},
        definition={
            language: each.prose("definition", language) for language, each in entries.items()
        },
    )
