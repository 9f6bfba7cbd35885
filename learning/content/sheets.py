"""TOML files, read with the line of every fault."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from learning.content.course import ALL, Fault
from learning.kit.typography import faults as typographic_faults

_AT_LINE = re.compile(r"\(at line (\d+)")
Table = Mapping[str, Any]


def read_text(path: Path, name: str, faults: list[Fault]) -> str | None:
    """Return a file's text, None with a fault if it is not there or not UTF-8."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        faults.append(Fault(path=name, line=0, message="there is no such file"))
    except (UnicodeDecodeError, OSError) as error:
        line = (
            path.read_bytes()[: error.start].count(b"\n") + 1
            if isinstance(error, UnicodeDecodeError)
            else 0
        )
        faults.append(Fault(path=name, line=line, message="not readable as UTF-8 text"))
    return None


@dataclass
class Sheet:
    """One TOML file, its faults collected as it is read."""

    name: str
    text: str
    data: Table
    faults: list[Fault] = field(default_factory=list)

    def fault(self, needle: str, message: str) -> None:
        """Report a fault at the first line that holds a word."""
        lines = self.text.splitlines()
        found = (number for number, line in enumerate(lines, 1) if needle and needle in line)
        self.faults.append(Fault(path=self.name, line=next(found, 0), message=message))

    def whole(self, table: Table, key: str, *, near: str = "") -> int:
        """Return a whole number greater than nought; 1 with a fault if it is not one."""
        value = table.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self.fault(near or key, f"{key}: a whole number greater than 0")
        return 1

    def line(self, table: Table, key: str, *, near: str = "") -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.fault(near or key, f"{key}: some text")
        return ""

    def table(self, table: Table, key: str) -> Table:
        value = table.get(key)
        if isinstance(value, dict):
            return value
        self.fault(key, f"[{key}]: a table")
        return {}

    def tables(self, table: Table, key: str) -> list[Table]:
        value = table.get(key)
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            return value
        self.fault(key, f"[[{key}]]: one table or more")
        return []

    def in_languages(self, table: Table, key: str, *, near: str = "") -> dict[str, str]:
        """Return a text in every language, with faults for missing ones and for typography."""
        value = table.get(key)
        given = value if isinstance(value, dict) else {}
        found = {}
        for language in ALL:
            text = given.get(language)
            if not isinstance(text, str) or not text.strip():
                self.fault(near or key, f"{key}: no text in “{language}”")
            found[language] = text if isinstance(text, str) else ""
            self.typography(found[language], language)
        return found

    def typography(self, text: str, language: str) -> None:
        for message in typographic_faults(text, language):
            self.fault(text.splitlines()[0] if text else "", f"{language}: {message}")


def read_sheet(path: Path, name: str, faults: list[Fault]) -> Sheet:
    """Return a TOML file; an unreadable one is empty, with its fault."""
    text = read_text(path, name, faults)
    if text is None:
        return Sheet(name=name, text="", data={})
    try:
        return Sheet(name=name, text=text, data=tomllib.loads(text), faults=faults)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        faults.append(Fault(path=name, line=line, message=f"not TOML: {error}"))
        return Sheet(name=name, text=text, data={})
