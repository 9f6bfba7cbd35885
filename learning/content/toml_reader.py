"""Course files as text and as TOML tables, with the line of every issue."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

from learning.content.course import ALL, ValidationIssue
from learning.content.toml_positions import EntryPath, entry_lines
from learning.kit.typography import NOT_NFC, typeset, typography_issues

KEY = re.compile(r"[a-z][a-z0-9-]*")
MAX_WHOLE_NUMBER = 100_000
_AT_LINE = re.compile(r"\(at line (\d+)")


def read_text(path: Path, name: str, issues: list[ValidationIssue]) -> str | None:
    """Return a file's text, normalised; None with an issue if it is missing or not UTF-8."""
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
            issues += [
                ValidationIssue(path=name, line=number, message=m) for m in _form_issues(each)
            ]
        return unicodedata.normalize("NFC", text.replace("\r", "").replace("\ufeff", ""))
    issues.append(ValidationIssue(path=name, line=line, message=message))
    return None


def _form_issues(line: str) -> list[str]:
    checks = (
        ("\r" in line, "a line ends with \\n alone"),
        ("\ufeff" in line, "byte order mark"),
        (not unicodedata.is_normalized("NFC", line), NOT_NFC),
    )
    return [message for wrong, message in checks if wrong]


@dataclass(frozen=True)
class TomlFile:
    """One TOML file: its text, the lines of its entries, and its issues."""

    name: str
    lines: Sequence[str]
    line_by_path: Mapping[EntryPath, int]
    issues: list[ValidationIssue]

    def report(self, path: EntryPath, message: str, text: str = "") -> None:
        """Report an issue at an entry, or, if it is missing, at its table.

        With `text`, the first line from there on that contains this text is used.
        """
        line = self.line_of(path)
        start = text.partition("\n")[0]
        if start and line:
            holding = (n for n, each in enumerate(self.lines[line - 1 :], line) if start in each)
            line = next(holding, line)
        self.issues.append(ValidationIssue(path=self.name, line=line, message=message))

    def line_of(self, path: EntryPath) -> int:
        """Return the line of an entry, or of the table that it belongs to; 0 for none."""
        prefixes = (path[:length] for length in range(len(path), -1, -1))
        return next((self.line_by_path[each] for each in prefixes if each in self.line_by_path), 0)


@dataclass(frozen=True)
class TomlTable:
    """One table of a file; it knows its path, and reports missing entries."""

    sheet: TomlFile
    path: EntryPath = ()
    entries: Mapping[str, Any] = field(default_factory=dict)

    def report(self, key: str, message: str, text: str = "") -> None:
        """Report an error at one of the table's entries, or with "" at the table itself."""
        self.sheet.report((*self.path, key), message, text)

    def find_strangers(self, names: Collection[str]) -> None:
        """Report entries that have none of these names."""
        name = ".".join(each for each in self.path if isinstance(each, str))
        for entry in self.entries.keys() - set(names):
            self.report(entry, f"[{name}] has no “{entry}”")

    def positive_int(self, key: str) -> int:
        """Return a positive integer; 1 with an issue if it is not one."""
        value = self.entries.get(key)
        if _is_whole(value) and 0 < value <= MAX_WHOLE_NUMBER:
            return value
        self.report(key, f"{key}: a whole number greater than 0")
        return 1

    def whole_number(self, key: str) -> int:
        """Return an integer of 0 or more; 0 with an issue if it is not one."""
        value = self.entries.get(key)
        if _is_whole(value) and 0 <= value <= MAX_WHOLE_NUMBER:
            return value
        self.report(key, f"{key}: a whole number, 0 or more")
        return 0

    def boolean(self, key: str) -> bool:
        """Return a boolean; True with an issue if it is not one, so that what follows is read."""
        value = self.entries.get(key)
        if isinstance(value, bool):
            return value
        self.report(key, f"{key}: true or false")
        return True

    def line(self, key: str) -> str:
        value = self.entries.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.report(key, f"{key}: some text")
        return ""

    def prose(self, key: str, language: str) -> str:
        """Return a text for people, typeset, with issues of its typography."""
        text = self.line(key)
        self.check_writing(key, text, language)
        return typeset(text, language)

    def prose_list(self, key: str, language: str) -> tuple[str, ...]:
        """Return a list of texts for people, typeset, with issues of their typography."""
        texts = self.strings(key)
        for text in texts:
            self.check_writing(key, text, language)
        return tuple(typeset(text, language) for text in texts)

    def check_writing(self, key: str, text: str, language: str) -> None:
        for message in typography_issues(text, language):
            self.report(key, f"{language}: {message}", text)

    def strings(self, key: str) -> list[str]:
        """Return a list of one text or more."""
        value = self.entries.get(key)
        if isinstance(value, list) and value and all(isinstance(v, str) and v for v in value):
            return value
        self.report(key, f"{key}: a list of texts")
        return []

    def keys(self, key: str) -> list[str]:
        """Return a list of different keys, each fit for a file name."""
        values = self.strings(key)
        for each in values:
            self.check_key(key, each)
            if values.count(each) > 1:
                self.report(key, f"{key}: “{each}” stands there {values.count(each)} times", each)
        return [each for each in dict.fromkeys(values) if KEY.fullmatch(each)]

    def key(self, entry: str) -> str:
        """Return a key that is fit for a file name; "" with an issue if it is not."""
        key = self.line(entry)
        return key if not key or self.check_key(entry, key) else ""

    def check_key(self, entry: str, key: str) -> bool:
        if KEY.fullmatch(key):
            return True
        self.report(entry, f"“{key}”: a key has small letters, digits and hyphens", key)
        return False

    def table(self, key: str) -> "TomlTable":
        value = self.entries.get(key)
        if not isinstance(value, dict):
            self.report(key, f"[{key}]: a table")
            value = {}
        return TomlTable(self.sheet, (*self.path, key), value)

    def tables(self, key: str) -> "list[TomlTable]":
        """Return the tables of a list; one at least."""
        value = self.entries.get(key)
        if not (isinstance(value, list) and value and all(isinstance(v, dict) for v in value)):
            self.report(key, f"[[{key}]]: one table or more")
            return []
        return [TomlTable(self.sheet, (*self.path, key, n), each) for n, each in enumerate(value)]

    def in_languages(self, key: str) -> dict[str, str]:
        """Return a text in every language, typeset, with issues for missing ones and typography."""
        texts, result = self.table(key), {}
        for language in ALL:
            entry = texts.entries.get(language)
            text = entry if isinstance(entry, str) else ""
            if not text.strip():
                texts.report(language, f"{key}: no text in “{language}”")
            texts.check_writing(language, text, language)
            result[language] = typeset(text, language)
        return result


def read_toml(path: Path, name: str, issues: list[ValidationIssue]) -> TomlTable:
    """Return a TOML file's root table; an unreadable file is reported as one issue."""
    text = read_text(path, name, issues)
    if text is None:
        return _unreadable(name)
    try:
        entries = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1 if "end of doc" in str(error) else 0
        issues.append(ValidationIssue(path=name, line=line, message=f"not TOML: {error}"))
        return _unreadable(name)
    return TomlTable(TomlFile(name, text.split("\n"), entry_lines(text), issues), (), entries)


def _unreadable(name: str) -> TomlTable:
    return TomlTable(TomlFile(name, (), {}, []))


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
