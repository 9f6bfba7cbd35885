"""A course is read once for each state of its files and of the code that reads it."""

import dataclasses
import pickle
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from learning.content import course_cache, search
from learning.content.course import Course, CourseError
from learning.content.course_cache import CODE, LIBRARIES, PACKAGE, entries, load_once
from learning.settings import ROOT
from tests.content.course_files import write_course

IMPORTED = """
import sys
before = set(sys.modules)
import learning.content.course_reader, learning.content.search
print(*(set(sys.modules) - before))
"""
NEXT_TO = (  # the table of the index, and the settings: not what is in it
    *("learning.kit.database", "learning.kit.engines", "learning.kit.types", "learning.kit.events"),
    *("learning.kit.errors", "learning.kit.committed", "learning.kit.sqlite_lock"),
    *("learning.paths",),
)
WITHOUT_EFFECT = {
    *("learning", "sqlalchemy", "flask", "werkzeug", "jinja2", "click", "itsdangerous", "blinker"),
    *("typing_extensions", "greenlet", "psycopg", "psycopg-binary"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "small")


@pytest.fixture
def read(monkeypatch) -> list[Path]:
    """The folders that were really read."""
    seen: list[Path] = []
    really = course_cache.load_course

    def load(folder: Path) -> Course:
        seen.append(folder)
        return really(folder)

    monkeypatch.setattr(course_cache, "load_course", load)
    return seen


def fresh(folder: Path, cache: Path) -> Course:
    """Load a course as a process does that has just begun."""
    load_once.cache_clear()
    return load_once(folder, cache)


def test_the_second_process_does_not_read_it(folder: Path, tmp_path: Path, read) -> None:
    first, second = fresh(folder, tmp_path / "cache"), fresh(folder, tmp_path / "cache")
    assert first == second
    assert first is not second
    assert read == [folder]


def test_a_changed_file_and_changed_code_are_read(folder, tmp_path, read, monkeypatch) -> None:
    cache = tmp_path / "cache"
    before = fresh(folder, cache)
    page = next(folder.rglob("*.md"))
    page.write_text(page.read_text())
    assert fresh(folder, cache) == before
    assert len(read) == 1
    sheet = folder / "course.toml"
    sheet.write_text(sheet.read_text() + "# a remark\n")
    assert fresh(folder, cache).revision != before.revision
    assert len(read) == 2
    monkeypatch.setattr(course_cache, "code_hash", lambda: "another")
    fresh(folder, cache)
    assert len(read) == 3


def test_a_broken_course_is_not_kept(folder: Path, tmp_path: Path, read) -> None:
    (folder / "course.toml").write_text("")
    for _ in range(2):
        with pytest.raises(CourseError):
            fresh(folder, tmp_path / "cache")
    assert len(read) == 2


def test_two_courses_of_the_same_files_are_two(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "other")
    keys = [fresh(tmp_path / name, tmp_path / "cache").key for name in ("small", "other")]
    assert keys == ["small", "other"]


def test_the_real_course_comes_back_whole(course: Course) -> None:
    again = pickle.loads(pickle.dumps(course))  # noqa: S301 packed here
    assert again == course
    for field in dataclasses.fields(course):
        assert type(getattr(again, field.name)) is type(getattr(course, field.name))
    text = again.lessons["m4-l3"].texts["fr"]
    assert (text.size, text.keys) == tuple(
        getattr(course.lessons["m4-l3"].texts["fr"], name) for name in ("size", "keys")
    )
    assert {type(block.html).__name__ for block in text.blocks} == {"Markup"}


def test_the_rows_of_the_index_are_made_once(folder, tmp_path, monkeypatch) -> None:
    course = fresh(folder, tmp_path / "cache")
    made = entries(course, tmp_path / "cache")
    assert made == search.entries(course)
    monkeypatch.setattr(search, "entries", lambda _course: pytest.fail("made again"))
    assert entries(course, tmp_path / "cache") == made


def test_the_hash_covers_what_reading_imports() -> None:
    output = subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-c", IMPORTED], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    covered = {path for pattern in CODE for path in PACKAGE.glob(pattern)}
    for name in output:
        path = ROOT / f"{name.replace('.', '/')}.py"
        if name.startswith("learning.") and path.exists() and name not in NEXT_TO:
            assert path in covered, f"{name} shapes a course and is not in the hash"
    distributions = packages_distributions()
    used = {each.lower() for name in output for each in distributions.get(name, ())}
    assert used - WITHOUT_EFFECT <= set(LIBRARIES)
