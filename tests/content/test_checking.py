"""Every fault of a course file is found, with its file and line, and nothing breaks the checker."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.cli import main
from learning.content.course import CourseError
from learning.content.course_reader import check_course, load_course
from learning.settings import ROOT
from tests.content.course_files import copy_site, write_course
from tests.content.seeded_issues import EN, FR, ISSUES, NOTES, SHEET, STAMPS, SVG, WORDS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "small")


def found(folder: Path) -> list[str]:
    return [str(issue) for issue in check_course(folder)]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_the_small_course_has_no_fault(folder: Path) -> None:
    assert found(folder) == []


def test_the_real_course_has_no_fault() -> None:
    assert found(ROOT / "courses/reintegration") == []


@pytest.mark.parametrize(("name", "old", "new", "expected"), ISSUES, ids=range(len(ISSUES)))
def test_a_fault_is_found_where_it_is(folder: Path, name, old, new, expected) -> None:
    change(folder / name, old, new)
    assert any(line.startswith(f"{name}:{expected}") for line in found(folder)), found(folder)


def test_every_fault_is_found_at_once(folder: Path) -> None:
    change(folder / FR, "Quoi ?", "Quoi?")
    change(folder / EN, "(term:trust)", "(term:none)")
    change(folder / SHEET, "minutes = 20", "minutes = 19")
    assert found(folder) == [
        f"{EN}:10: there is no glossary term “none”",
        f"{FR}:27: no space before ; ! or ?",
        f"{SHEET}:10: its lessons take 19 minutes together, not 20",
    ]
    with pytest.raises(CourseError, match="no space before ; ! or") as caught:
        load_course(folder)
    assert [str(issue) for issue in caught.value.issues] == found(folder)


def test_a_placeholder_without_words_is_found(folder: Path) -> None:
    change(folder / SVG, "$word", "$other")
    assert f"{WORDS}:1: fr: no words for $other" in found(folder)
    assert f"{WORDS}:4: fr: $word is not in the drawing" in found(folder)


def test_blocks_in_another_order_are_found(folder: Path) -> None:
    change(folder / EN, "{#p1}", "{#p0}")
    change(folder / EN, "{#p2}", "{#p1}")
    change(folder / EN, "{#p0}", "{#p2}")
    assert found(folder) == [f"{EN}:16: “p2” stands where the source text has “p1”"]


@pytest.mark.parametrize("name", ["course.toml", SHEET, SVG, WORDS, FR, EN, "note.es.md"])
def test_a_missing_or_empty_file_is_found(folder: Path, name: str) -> None:
    (folder / name).write_text("")
    assert any(line.startswith(f"{name}:") for line in found(folder))
    (folder / name).unlink()
    if name == SVG:
        assert f"{FR}:23: there is no drawing “grid”" in found(folder)
    else:
        assert f"{name}:0: there is no such file" in found(folder)


@pytest.mark.parametrize("name", ["m1/l1.pt.md", "m1/old.svg", "m2/module.toml", "read.me"])
def test_a_file_that_nothing_uses_is_found(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    assert found(folder) == [f"{name}:0: nothing uses this file"]


def test_a_lesson_that_is_not_written_has_no_files(folder: Path) -> None:
    change(folder / SHEET, "written = true", "written = false")
    assert f"{FR}:0: nothing uses this file" in found(folder)


def test_bytes_that_are_no_text_have_their_line(folder: Path) -> None:
    (folder / EN).write_bytes(b"{#a}\nfine\n\xff\n")
    assert f"{EN}:3: not readable as UTF-8 text" in found(folder)


def test_nothing_there_at_all(tmp_path: Path) -> None:
    names = ("course.toml", "glossary.toml", *NOTES, "sources.toml")
    assert found(tmp_path) == [f"{name}:0: there is no such file" for name in names]
    assert found(tmp_path / "nowhere") == found(tmp_path)


FILES = ("course.toml", "glossary.toml", "sources.toml", *NOTES, SHEET, STAMPS, FR, EN, SVG, WORDS)
JUNK = st.binary(max_size=30) | st.sampled_from(
    [b"{#x}\n", b"::: check\n", b":::\n", b"[[[", b"- [x] ", b"[a]\na=1\n", b'"""', b"\r\n", b"$"]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FILES), st.floats(0, 1), JUNK), min_size=1, max_size=3))
def test_the_checker_survives_anything(tmp_path_factory, pieces) -> None:
    folder = write_course(tmp_path_factory.mktemp("course") / "small")
    for name, share, junk in pieces:
        content = (folder / name).read_bytes()
        at = int(len(content) * share)
        (folder / name).write_bytes(content[:at] + junk + content[at + len(junk) :])
    survives(folder)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(FILES), st.floats(0, 1), st.floats(0, 1))
def test_the_checker_survives_what_is_lost(tmp_path_factory, name, start, share) -> None:
    folder = write_course(tmp_path_factory.mktemp("course") / "small")
    lines = (folder / name).read_bytes().splitlines(keepends=True)
    at = int(len(lines) * start)
    (folder / name).write_bytes(b"".join(lines[:at] + lines[at + 1 + int(len(lines) * share) :]))
    survives(folder)


def survives(folder: Path) -> None:
    """A course loads, or has faults whose lines exist."""
    issues = check_course(folder)
    for issue in issues:
        path = folder / issue.path
        lines = path.read_bytes().count(b"\n") + 1 if path.is_file() else 0
        assert 0 <= issue.line <= lines, issue
        assert str(issue).isprintable(), issue
    if not issues:
        load_course(folder)
    shutil.rmtree(folder)


def test_a_folder_in_place_of_a_file_is_survived(folder: Path) -> None:
    for name in (FR, SVG, STAMPS, "course.toml"):
        (folder / name).unlink()
        (folder / name).mkdir()
    assert "course.toml:0: not readable" in found(folder)


def test_a_name_that_is_no_text_is_survived(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff.md")).write_text("")
    assert found(folder) == ["�.md:0: nothing uses this file"]


def test_the_command_says_file_and_line(folder: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("LEARNING_COURSES", str(folder.parent))
    assert main(["course", "check"]) == 1
    output = capsys.readouterr().out
    assert "cancellation.toml: there is no such file" in output
    assert "organiser.toml:0: there is no such file" in output
    assert "help.es.md:0: there is no such file" in output
    copy_site(folder.parent)
    assert main(["course", "check"]) == 0
    (folder / EN).unlink()
    assert main(["course", "check"]) == 1
    output = capsys.readouterr().out
    assert f"{EN}:0: there is no such file" in output
    assert "1 course(s), 1 issue(s)" in output
