"""The glossary of `docs/words.md`, and what is written against it.

A rule is a forbidden word or phrase of one language with the word to use instead. It is compared
without regard to capitals, and only with whole words.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from learning.settings import ROOT

GLOSSARY = ROOT / "docs/words.md"
COLUMNS = ("concept", "English", "French", "Spanish")
FORBIDDEN = {"en": "not in English", "fr": "not in French", "es": "not in Spanish"}
USED = {"en": "English", "fr": "French", "es": "Spanish"}
ALONE = "="  # before a word that is forbidden only as a whole message


@dataclass(frozen=True)
class Rule:
    """A forbidden word: what it looks like, how it is written, what to write instead."""

    pattern: re.Pattern[str]
    word: str
    instead: str


def table() -> list[dict[str, str]]:
    """Return the rows of the glossary by the titles of their columns."""
    lines = [line for line in GLOSSARY.read_text().splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    titles = [*COLUMNS, *FORBIDDEN.values()]
    if cells[0] != titles or any(len(row) != len(titles) for row in cells):
        raise ValueError(f"{GLOSSARY.name}: a table with the columns {', '.join(titles)}")
    return [dict(zip(titles, row, strict=True)) for row in cells[2:]]


@cache
def rules() -> Mapping[str, Sequence[Rule]]:
    """Return the forbidden words of each language."""
    found: dict[str, list[Rule]] = {language: [] for language in FORBIDDEN}
    for row in table():
        for language, title in FORBIDDEN.items():
            words = filter(None, map(str.strip, row[title].split(",")))
            found[language] += [_rule(word, row[USED[language]]) for word in words]
    return found


def _rule(word: str, instead: str) -> Rule:
    bare = plain(word.removeprefix(ALONE).strip())
    edges = ("^", r"\.?$") if word.startswith(ALONE) else (r"(?<!\w)", r"(?!\w)")
    if not re.match(r"\w", bare):
        edges = ("", "")  # a sign such as · stands inside a word
    return Rule(re.compile(edges[0] + re.escape(bare) + edges[1]), word, instead)


def plain(text: str) -> str:
    """Return a text in lower case with one kind of space and apostrophe."""
    text = unicodedata.normalize("NFC", text).casefold().replace("'", "’")
    return " ".join(text.split())


def word_issues(text: str, language: str) -> Iterator[str]:
    """Yield “word”: use … for each forbidden word of a text."""
    bare = plain(text)
    for rule in rules()[language]:
        if rule.pattern.search(bare):
            yield f"“{rule.word}”: use {rule.instead}"
