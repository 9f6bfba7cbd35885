"""The readings of a module: what they guide through, and the course's own summary of it."""

from collections.abc import Callable, Collection

from learning.content.course import ALL, Document, Module, Reading
from learning.content.toml_reader import TomlTable

SUMMARY = "summary-"
MIN_WORDS, MAX_WORDS = 500, 1300


def read_reading(
    table: TomlTable, sources: Collection[str], document_of: Callable[[str], Document]
) -> Reading:
    """Return a reading with its summary, which `document_of` reads by its name."""
    source, key = table.line("source"), table.key("key")
    if source not in sources:
        table.report("source", f"there is no source “{source}”")
    summary = document_of(f"{SUMMARY}{key}")
    for language, text in summary.texts.items():
        if not MIN_WORDS <= text.words <= MAX_WORDS:
            message = f"{text.words} words in “{language}”, not {MIN_WORDS} to {MAX_WORDS}"
            table.report("key", message)
    return Reading(
        key=key,
        source=source,
        section=table.in_languages("section"),
        pages=table.line("pages") if "pages" in table.entries else "",
        words=table.positive_int("words"),
        minutes=table.positive_int("minutes"),
        links=_links(table),
        summary=summary,
    )


def find_reading(module: Module, name: str) -> Reading | None:
    """Return the reading whose summary has this name; None if there is none."""
    return next((each for each in module.readings if name == f"{SUMMARY}{each.key}"), None)


def reading_title(module: Module, reading: Reading, language: str) -> str:
    """Return the heading that a module's guide gives a reading."""
    blocks = module.documents["readings"].texts[language].blocks
    return next(block.plain for block in blocks if block.key == reading.key)


def _links(table: TomlTable) -> dict[str, str]:
    links = table.table("link").entries if "link" in table.entries else {}
    for language, link in links.items():
        if language not in ALL or not str(link).startswith("https://"):
            table.report("link", f"link: “{language}” is no language, or “{link}” no https address")
    return {language: str(link) for language, link in links.items()}
