"""The list of invented names is read and compared with every text of a course."""

import shutil
from pathlib import Path

import pytest

from learning.content.course_reader import check_course
from learning.settings import ROOT

FILE = "invented-names.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "courses/reintegration", tmp_path / "reintegration")


def rename(folder: Path, pattern: str, old: str, new: str) -> None:
    for path in folder.glob(pattern):
        path.write_text(path.read_text().replace(old, new))


def test_the_check_finds_a_name_that_comes_back(folder: Path) -> None:
    for pattern in ("m6/l4.*.md", "m6/live.*.md"):
        rename(folder, pattern, "Yolanda", "Nadia")
    assert [str(issue) for issue in check_course(folder)] == [
        f"{FILE}:{line_of(folder / FILE, 'Yolanda')}: “Yolanda” is not in m6",
        "m6/l4.fr.md:10: “Nadia” is somebody or a place of m5; choose another",
    ]


@pytest.mark.parametrize("name", ["m3/bank.toml", "m6/lab.toml", "work/strong.fr.md"])
def test_the_check_reads_banks_laboratory_and_common_work(folder: Path, name: str) -> None:
    old = {"m3/bank.toml": "Tanta", "m6/lab.toml": "Idrissa", "work/strong.fr.md": "Lunéva"}[name]
    rename(folder, name.replace(".fr.", ".*."), old, "Zacarias")
    messages = [str(issue) for issue in check_course(folder)]
    assert any(
        line.startswith(f"{name}:") and "“Zacarias” is in no list" in line for line in messages
    )


def test_the_check_finds_what_is_wrong_with_the_list(folder: Path) -> None:
    path = folder / FILE
    path.write_text(path.read_text().replace('who = "Works for', 'whom = "Works for', 1))
    line = line_of(path, "whom = ")
    assert [str(issue) for issue in check_course(folder)] == [
        f"{FILE}:{line - 2}: who: some text",
        f"{FILE}:{line}: [people] has no “whom”",
    ]


def line_of(path: Path, words: str) -> int:
    lines = path.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)
