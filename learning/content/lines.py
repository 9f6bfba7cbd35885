"""Where the entries of a TOML file stand: the standard reader tells what it read, not where."""

import re
from collections import Counter
from collections.abc import Mapping

Place = tuple[str | int, ...]  # ("lessons", 0, "title", "fr")

_LONG_STRING = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'')
_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_NAMES = rf"({_NAME}(?:\s*\.\s*{_NAME})*)\s*"
_HEADER = re.compile(rf"\s*\[(\[?)\s*{_NAMES}\]\]?\s*(?:#.*)?$")
_ENTRY = re.compile(rf"\s*{_NAMES}=")


def lines_of(text: str) -> Mapping[Place, int]:
    """Return the line of each table and entry; entries of inline tables stand on their own's."""
    found: dict[Place, int] = {}
    tables: Counter[Place] = Counter()
    here: Place = ()
    for number, line in enumerate(_LONG_STRING.sub(_keep_lines, text).split("\n"), 1):
        if header := _HEADER.match(line):
            here = _open(_parts(header[2]), tables, new=bool(header[1]))
            for length in range(1, len(here) + 1):
                found.setdefault(here[:length], number)
        elif entry := _ENTRY.match(line):
            found.setdefault(here + _parts(entry[1]), number)
    return found


def _keep_lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _parts(dotted: str) -> Place:
    return tuple(part.strip("\"'") for part in re.findall(_NAME, dotted))


def _open(names: Place, tables: Counter[Place], *, new: bool) -> Place:
    """Return the full path of a header: [lessons.title] belongs to the last of [[lessons]]."""
    path: Place = ()
    for name in names[:-1]:
        path += (name,)
        if tables[path]:
            path += (tables[path] - 1,)
    path += names[-1:]
    if new:
        tables[path] += 1
        path += (tables[path] - 1,)
    return path
