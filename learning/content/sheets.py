"""Files of a course as text and as TOML tables, with the line of every fault."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from learning.content.course import ALL, Fault
from learning.content.lines import Place, lines_of
from learning.kit.typography import NOT_NFC
from learning.kit.typography import faults as typographic_faults

KEY = re.compile(r"[a-z][a-z0-9-]*")
BIGGEST = 100_000
_AT_LINE = re.compile(r"\(at line (\d+)")


def read_text(path: Path, name: str, faults: list[Fault]) -> str | None:
    """Return a file's text, mended; None with a fault if it is not there or not UTF-8."""
    try:
        content = path.read_bytes()
        text = content.decode()
    except FileNotFoundError:
        line, message = 0, "there is no such file"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "not readable as UTF-8 text"
    except (OSError, ValueError):
        line, message = 0, "not readable"
    else:
        for number, each in enumerate(text.split("\n"), 1):
            faults += [Fault(path=name, line=number, message=m) for m in _faults_of_form(each)]
        return unicodedata.normalize("NFC", text.replace("\r", "").replace("\ufeff", ""))
    faults.append(Fault(path=name, line=line, message=message))
    return None


def _faults_of_form(line: str) -> list[str]:
    checks = (
        ("\r" in line, "a line ends with \\n alone"),
        ("\ufeff" in line, "byte order mark"),
        (not unicodedata.is_normalized("NFC", line), NOT_NFC),
    )
    return [message for wrong, message in checks if wrong]


@dataclass(frozen=True)
class Sheet:
    """One TOML file: its text, where its entries stand, and where its faults are collected."""

    name: str
    lines: Sequence[str]
    places: Mapping[Place, int]
    faults: list[Fault]

    def fault(self, place: Place, message: str, text: str = "") -> None:
        """Report a fault at an entry, or, if it is not there, at the table that it belongs to.

        With `text`, the line from there on that holds this text is meant.
        """
        known = (place[:length] for length in range(len(place), -1, -1))
        line = next((self.places[each] for each in known if each in self.places), 0)
        start = text.partition("\n")[0]
        if start and line:
            holding = (n for n, each in enumerate(self.lines[line - 1 :], line) if start in each)
            line = next(holding, line)
        self.faults.append(Fault(path=self.name, line=line, message=message))


@dataclass(frozen=True)
class Table:
    """One table of a sheet; it knows where it stands, and reports what it misses."""

    sheet: Sheet
    place: Place = ()
    entries: Mapping[str, Any] = field(default_factory=dict)

    def fault(self, key: str, message: str, text: str = "") -> None:
        """Report a fault at one of the table's entries, or with "" at the table itself."""
        self.sheet.fault((*self.place, key), message, text)

    def whole(self, key: str) -> int:
        """Return a whole number greater than nought; 1 with a fault if it is not one."""
        value = self.entries.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= BIGGEST:
            return value
        self.fault(key, f"{key}: a whole number greater than 0")
        return 1

    def truth(self, key: str) -> bool:
        """Return yes or no; yes with a fault if it is neither, so that what follows is read."""
        value = self.entries.get(key)
        if isinstance(value, bool):
            return value
        self.fault(key, f"{key}: true or false")
        return True

    def line(self, key: str) -> str:
        value = self.entries.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.fault(key, f"{key}: some text")
        return ""

    def prose(self, key: str, language: str) -> str:
        """Return a text that people read, with faults of its typography."""
        text = self.line(key)
        self.check_writing(key, text, language)
        return text

    def check_writing(self, key: str, text: str, language: str) -> None:
        for message in typographic_faults(text, language):
            self.fault(key, f"{language}: {message}", text)

    def strings(self, key: str) -> list[str]:
        """Return a list of one text or more."""
        value = self.entries.get(key)
        if isinstance(value, list) and value and all(isinstance(v, str) and v for v in value):
            return value
        self.fault(key, f"{key}: a list of texts")
        return []

    def keys(self, key: str) -> list[str]:
        """Return a list of different keys, each fit for a file name."""
        given = self.strings(key)
        for each in given:
            self.check_key(key, each)
            if given.count(each) > 1:
                self.fault(key, f"{key}: “{each}” stands there {given.count(each)} times", each)
        return [each for each in dict.fromkeys(given) if KEY.fullmatch(each)]

    def key(self, entry: str) -> str:
        """Return a key that is fit for a file name; "" with a fault if it is not."""
        key = self.line(entry)
        return key if not key or self.check_key(entry, key) else ""

    def check_key(self, entry: str, key: str) -> bool:
        if KEY.fullmatch(key):
            return True
        self.fault(entry, f"“{key}”: a key has small letters, digits and hyphens", key)
        return False

    def table(self, key: str) -> "Table":
        value = self.entries.get(key)
        if not isinstance(value, dict):
            self.fault(key, f"[{key}]: a table")
            value = {}
        return Table(self.sheet, (*self.place, key), value)

    def tables(self, key: str) -> "list[Table]":
        """Return the tables of a list; one at least."""
        value = self.entries.get(key)
        if not (isinstance(value, list) and value and all(isinstance(v, dict) for v in value)):
            self.fault(key, f"[[{key}]]: one table or more")
            return []
        return [Table(self.sheet, (*self.place, key, n), each) for n, each in enumerate(value)]

    def in_languages(self, key: str) -> dict[str, str]:
        """Return a text in every language, with faults for missing ones and for typography."""
        texts, found = self.table(key), {}
        for language in ALL:
            text = texts.entries.get(language)
            found[language] = text if isinstance(text, str) else ""
            if not found[language].strip():
                texts.fault(language, f"{key}: no text in “{language}”")
            texts.check_writing(language, found[language], language)
        return found


def read_sheet(path: Path, name: str, faults: list[Fault]) -> Table:
    """Return a TOML file's root table; of an unreadable file only that fault is reported."""
    text = read_text(path, name, faults)
    if text is None:
        return _unreadable(name)
    try:
        entries = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1 if "end of doc" in str(error) else 0
        faults.append(Fault(path=name, line=line, message=f"not TOML: {error}"))
        return _unreadable(name)
    return Table(Sheet(name, text.split("\n"), lines_of(text), faults), (), entries)


def _unreadable(name: str) -> Table:
    return Table(Sheet(name, (), {}, []))
