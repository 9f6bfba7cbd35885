"""Calendar files as calendar programs read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from learning.kit.calendar_file import MAX_LINE_BYTES, CalendarEntry, calendar_file

STAMP = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def entry(**more: str) -> CalendarEntry:
    values = {"uid": "project@2026", "title": "Travail final", "text": "", "url": "https://a.test/"}
    at = datetime(2026, 12, 18, 23, 59, tzinfo=timezone(timedelta(hours=1)))
    return CalendarEntry(at=at, **(values | more))


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_a_moment_stands_in_utc() -> None:
    lines = unfolded(calendar_file("Cours", [entry()], stamp=STAMP))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261218T225900Z" in lines
    assert "DTSTAMP:20261130T080000Z" in lines
    assert "UID:project@2026" in lines
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1


def test_text_cannot_begin_a_line_of_its_own() -> None:
    lines = unfolded(
        calendar_file("a,b;c\\d", [entry(text="un\r\nATTENDEE:x", title="x\rURL:y")], stamp=STAMP)
    )
    assert "X-WR-CALNAME:a\\,b\\;c\\\\d" in lines
    assert "DESCRIPTION:un\\nATTENDEE:x" in lines
    assert "SUMMARY:xURL:y" in lines


@pytest.mark.parametrize("title", ["é" * 200, "x" * 66, "x" * 67, "x" * 68, "漢" * 99])
def test_long_lines_are_folded_between_characters(title: str) -> None:
    content = calendar_file("Cours", [entry(title=title)], stamp=STAMP)
    assert all(len(line) <= MAX_LINE_BYTES for line in content.split(b"\r\n"))
    for line in content.split(b"\r\n"):
        line.decode()
    assert f"SUMMARY:{title}" in unfolded(content)
