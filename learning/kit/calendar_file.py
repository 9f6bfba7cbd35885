"""Calendar files that people download (RFC 5545): moments with a title, none that repeats.

Invitations with an organiser and attendees are parts of e-mails (`mail.parts`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_LINE_BYTES = 75  # of a folded line, without its end (section 3.1)
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """A moment; with the same `uid` it replaces the entry of an earlier file."""

    uid: str
    at: datetime
    title: str
    text: str
    url: str


def calendar_file(name: str, entries: Sequence[CalendarEntry], *, stamp: datetime) -> bytes:
    """Return a calendar with a name and entries, as of a moment."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//learning//dates//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        *(line for entry in entries for line in _event(entry, stamp)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(entry: CalendarEntry, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(entry.uid)}"
    yield f"DTSTAMP:{_moment(stamp)}"
    yield f"DTSTART:{_moment(entry.at)}"
    yield f"SUMMARY:{_escaped(entry.title)}"
    yield f"DESCRIPTION:{_escaped(entry.text)}"
    yield f"URL:{entry.url}"
    yield "TRANSP:TRANSPARENT"  # the hour before a deadline is not busy
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)


def _folded(line: str) -> bytes:
    """Return a line cut into pieces of 75 bytes, never within a character."""
    pieces, piece = [], b""
    for character in line:
        more = character.encode()
        if len(piece) + len(more) > MAX_LINE_BYTES:
            pieces.append(piece)
            piece = b" "
        piece += more
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
