"""What an e-mail carries beside its text: a calendar object, stored files."""

import re
from dataclasses import dataclass
from enum import StrEnum

MAX_CALENDAR_BYTES = 100_000
MAX_LINE_BYTES = 75  # of a folded line, without its end (RFC 5545, section 3.1)
MAX_ATTACHMENTS_BYTES = 7_000_000  # in one e-mail: less than 10 MB as base64
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
REQUIRED_OF_EVENT = ("UID:", "DTSTAMP:", "ORGANIZER", "ATTENDEE")  # RFC 5546, section 3.2


class CalendarMethod(StrEnum):
    """What a calendar program is to do with an event (RFC 5546)."""

    REQUEST = "REQUEST"  # an invitation, or its change
    CANCEL = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class CalendarPart:
    """An iCalendar object that the caller has made, UTF-8 with CRLF; its METHOD is `method`.

    Raises ValueError if it has not the shape of one: calendar programs ignore such parts silently.
    """

    method: CalendarMethod
    content: bytes

    def __post_init__(self) -> None:
        if problem := calendar_problem(self.content, self.method):
            raise ValueError(f"calendar part: {problem}")

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """A stored file: its id, and its random `slug`, so that a wrong id sends no other file.

    `size` is in bytes. The file is read when the e-mail is sent.
    """

    file_id: int
    slug: str
    size: int


Part = CalendarPart | FilePart


def part_problem(parts: tuple[Part, ...]) -> str:
    """Return what is wrong with the parts of one e-mail, empty if nothing."""
    files = [part for part in parts if isinstance(part, FilePart)]
    if len(parts) - len(files) > 1:
        return "an e-mail carries one calendar part at most"
    if len({part.file_id for part in files}) < len(files):
        return "a file is attached twice"
    if sum(part.size for part in files) > MAX_ATTACHMENTS_BYTES:
        return f"the files are larger than {MAX_ATTACHMENTS_BYTES} bytes together"
    return ""


def calendar_problem(content: bytes, method: CalendarMethod) -> str:
    """Return why bytes are no iCalendar object with a method, empty if they are one."""
    if len(content) > MAX_CALENDAR_BYTES:
        return f"larger than {MAX_CALENDAR_BYTES} bytes"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "not UTF-8"
    if CONTROLS.search(text):
        return "control characters"
    if not text.endswith("\r\n") or set(text.replace("\r\n", "")) & {"\r", "\n"}:
        return "lines end with CRLF"
    if any(len(line) > MAX_LINE_BYTES for line in content.split(b"\r\n")):
        return f"a line has more than {MAX_LINE_BYTES} bytes"
    return _structure_problem(text.replace("\r\n ", "").split("\r\n")[:-1], method)


def _structure_problem(lines: list[str], method: CalendarMethod) -> str:
    """Return what is missing in unfolded lines, empty if nothing."""
    if not lines or (lines[0], lines[-1]) != ("BEGIN:VCALENDAR", "END:VCALENDAR"):
        return "not one VCALENDAR"
    if not _is_balanced(lines):
        return "BEGIN and END do not match"
    if lines.count(f"METHOD:{method}") != 1 or sum(n.startswith("METHOD") for n in lines) > 1:
        return f"no METHOD:{method}"
    if "VERSION:2.0" not in lines or not any(line.startswith("PRODID:") for line in lines):
        return "no VERSION:2.0 or no PRODID"
    if "BEGIN:VEVENT" not in lines:
        return "no VEVENT"
    start, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    missing = [
        name.rstrip(":")
        for name in REQUIRED_OF_EVENT
        if not any(line.startswith(name) for line in lines[start:end])
    ]
    return f"an event has no {', '.join(missing)}" if missing else ""


def _is_balanced(lines: list[str]) -> bool:
    open_components: list[str] = []
    for line in lines:
        name, _, component = line.partition(":")
        if name == "BEGIN":
            open_components.append(component)
        elif name == "END" and (not open_components or open_components.pop() != component):
            return False
    return not open_components
