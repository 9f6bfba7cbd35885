"""The words of the pages: `update` adds what is new to translations/, `check` finds what is wrong.

Run as `python -m tests.messages update` or `check`; CI runs `check`.
"""

import io
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from learning.kit.typography import typeset
from learning.kit.typography import typography_issues as typographic_issues
from learning.settings import ROOT
from tests.interface_words import word_issues

LANGUAGES = ("fr", "es")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TAG = re.compile(r"</?[a-z][^>]*>")


def extract() -> Catalog:
    """Return every message of the code and the templates."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as file:
        command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
        options = ["-F", "babel.cfg", "-k", "N_", "--no-location", "-o", file.name, "."]
        subprocess.run(command + options, cwd=ROOT, check=True)  # noqa: S603 our own words
        return read_po(io.BytesIO(Path(file.name).read_bytes()))


def catalogue(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def path_of(language: str) -> Path:
    return ROOT / "translations" / language / "LC_MESSAGES/messages.po"


def message_issues(message: Message, translated: Message | None, language: str) -> list[str]:
    """Return what is wrong with one translation."""
    if translated is None:
        return ["missing"]
    strings = translated.string if isinstance(translated.string, tuple) else (translated.string,)
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    found = ["fuzzy"] * translated.fuzzy
    found += ["not all plural forms"] * (len(strings) != len(ids))
    for string in strings:
        found += string_issues(ids[-1], string, language) if string else ["untranslated"]
    return found


def string_issues(source: str, string: str, language: str) -> list[str]:
    bare = PLACEHOLDER.sub("x", string)
    checks = (
        (
            sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(string)),
            "placeholders",
        ),
        (sorted(TAG.findall(source)) != sorted(TAG.findall(string)), "tags"),
        (string != unicodedata.normalize("NFC", string), "not NFC"),
        (string != string.strip(), "blanks at the ends"),
        (bare != typeset(bare, language), "spaces before ; : ! ? or inside « »"),
    )
    found = [name for wrong, name in checks if wrong] + typographic_issues(bare, language)
    return found + list(word_issues(bare, language))


def source_issues(source: str) -> list[str]:
    """Return the forbidden words of an English message."""
    return list(word_issues(PLACEHOLDER.sub("x", source), "en"))


def issues() -> list[str]:
    """Return every fault of every catalogue."""
    extracted = {message.id: message for message in extract() if message.id}
    ids = (each for key in extracted for each in (key if isinstance(key, tuple) else (key,)))
    found = [f"en: {each!r}: {issue}" for each in ids for issue in source_issues(each)]
    for language in LANGUAGES:
        have = {message.id: message for message in catalogue(language) if message.id}
        for key, message in extracted.items():
            wrong = message_issues(message, have.get(key), language)
            found += [f"{language}: {key!r}: {error}" for error in wrong]
        found += [
            f"{language}: {key!r}: nobody says this" for key in have.keys() - extracted.keys()
        ]
    return found


def update() -> None:
    """Add new messages, empty, and drop those that nobody says any more."""
    template = extract()
    for language in LANGUAGES:
        known = catalogue(language)
        known.update(template, no_fuzzy_matching=True)
        known.obsolete.clear()
        with path_of(language).open("wb") as file:
            write_po(file, known, width=100, sort_output=True, omit_header=False)


def main() -> int:
    if sys.argv[1:] == ["update"]:
        update()
        return 0
    found = issues()
    print("\n".join(found) or "words: complete")  # noqa: T201 a command
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
