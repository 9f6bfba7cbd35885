"""Line numbers of the entries of a TOML file, which the standard parser does not return."""

import re
from collections import Counter
from collections.abc import Mapping

EntryPath = tuple[str | int, ...]  # ("lessons", 0, "title", "fr")

_LONG_STRING = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'')
_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_NAMES = rf"({_NAME}(?:\s*\.\s*{_NAME})*)\s*"
_HEADER = re.compile(rf"\s*\[(\[?)\s*{_NAMES}\]\]?\s*(?:#.*)?$")
_ENTRY = re.compile(rf"\s*{_NAMES}=")


def entry_lines(text: str) -> Mapping[EntryPath, int]:
    """Return the line of each table and entry; entries of inline tables stand on their own's."""
    line_by_path: dict[EntryPath, int] = {}
    tables: Counter[EntryPath] = Counter()
    table_path: EntryPath = ()
    for number, line in enumerate(_LONG_STRING.sub(_blank_out, text).split("\n"), 1):
        if header := _HEADER.match(line):
            table_path = _open(_parts(header[2]), tables, new=bool(header[1]))
            for length in range(1, len(table_path) + 1):
                line_by_path.setdefault(table_path[:length], number)
        elif entry := _ENTRY.match(line):
            line_by_path.setdefault(table_path + _parts(entry[1]), number)
    return line_by_path


def _blank_out(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _parts(dotted: str) -> EntryPath:
    return tuple(part.strip("\"'") for part in re.findall(_NAME, dotted))


def _open(names: EntryPath, tables: Counter[EntryPath], *, new: bool) -> EntryPath:
    """Return the full path of a header: [lessons.title] belongs to the last of [[lessons]]."""
    path: EntryPath = ()
    for name in names[:-1]:
        path += (name,)
        if tables[path]:
            path += (tables[path] - 1,)
    path += names[-1:]
    if new:
        tables[path] += 1
        path += (tables[path] - 1,)
    return path
