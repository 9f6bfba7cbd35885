"""Every fault of a course file is found, with its file and line, and nothing breaks the checker."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.cli import main
from learning.content.course import CourseError
from learning.content.reading import check_course, load_course
from learning.settings import ROOT
from tests.content.course_files import write_course

FR, EN = "m1/l1.fr.md", "m1/l1.en.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "small")


def found(folder: Path) -> list[str]:
    return [str(fault) for fault in check_course(folder)]


def test_the_small_course_has_no_fault(folder: Path) -> None:
    assert found(folder) == []


def test_the_real_course_has_no_fault() -> None:
    assert found(ROOT / "courses/reintegration") == []


FAULTS = [
    (
        "course.toml",
        "total_minutes = 30",
        "total_minutes = 31",
        "course.toml:4: everything takes 30 minutes, not 31",
    ),
    ("course.toml", 'es = "Curso"', "", "course.toml:5: title: no text in “es”"),
    (
        "course.toml",
        "weeks = [1, 1]",
        "weeks = [2, 1]",
        "course.toml:15: weeks: the first and the last week",
    ),
    ("course.toml", 'code = "X1"', 'code = "X1', "course.toml:1: not TOML"),
    ("course.toml", '["m1"]', "[]", "course.toml:3: modules: a list of folders"),
    (
        "m1/module.toml",
        "minutes = 20",
        "minutes = 19",
        "m1/module.toml:10: its lessons take 19 minutes together, not 20",
    ),
    (
        "m1/module.toml",
        "minutes = 20",
        "minutes = true",
        "m1/module.toml:11: minutes: a whole number greater than 0",
    ),
    (
        "m1/module.toml",
        'es = ["Hacer"]',
        'es = ["Hacer", "Más"]',
        "m1/module.toml:6: objectives: as many in each language",
    ),
    (
        "m1/module.toml",
        "written = true",
        "written = 1",
        "m1/module.toml:11: l1: written: true or false",
    ),
    (
        "glossary.toml",
        'source = "001"',
        'source = "009"',
        "glossary.toml:1: there is no source “009”",
    ),
    (
        "glossary.toml",
        "Ce qui porte.",
        "Ce qui porte...",
        "glossary.toml:3: fr: three dots instead of …",
    ),
    (
        "sources.toml",
        "year = 2020",
        'year = "x"',
        "sources.toml:1: year: a whole number greater than 0",
    ),
    (FR, "(term:trust)", "(term:nothing)", f"{FR}:10: there is no glossary term “nothing”"),
    (FR, "([001](source:001)).", "([9](source:009)).", f"{FR}:10: there is no source “009”"),
    (FR, "(figure:grid)", "(figure:none)", f"{FR}:23: there is no drawing “none”"),
    (FR, "{#p2}", "{#P 2}", f"{FR}:19: “{{#P 2}}”: a key has small letters, digits and hyphens"),
    (FR, "{#p2}", "{#p1}", f"{FR}:19: the key “p1” is used 2 times"),
    (
        FR,
        "{#head}\n## Titre",
        "{#head}\n## Titre\n\nencore",
        f"{FR}:16: a second block under “{{#head}}”; give it a key of its own",
    ),
    (FR, "{#head}\n## Titre", "{#head}", f"{FR}:14: nothing stands under “{{#head}}”"),
    (FR, "::: situation", "::: story", f"{FR}:9: there is no directive “story”"),
    (FR, "- [x] C.", "- [ ] C.", f"{FR}:26: no answer of this check is right"),
    (FR, "- [x] C.\n  > D.", "- [x] C.", f"{FR}:26: answer 2 has no explanation"),
    (
        FR,
        "- a\n- b\n- c\n:::\n\n{#situation}",
        "- a\n- b\n:::\n\n{#situation}",
        f"{FR}:2: objectives: 3 items; here are 2",
    ),
    (FR, "mot mot", "mot <b>x</b>", f"{FR}:17: HTML is not allowed"),
    (FR, "mot mot", "l'eau", f"{FR}:17: straight apostrophe"),
    (FR, "Quoi ?", "Quoi?", f"{FR}:26: no space before ; ! or ?"),
    ("m1/l1.es.md", "¿Qué?", "Qué?", "m1/l1.es.md:26: no ¿ before ?"),
    (EN, "{#p2}", "{#p3}", f"{EN}:19: “p3” stands where the source text has “p2”"),
    (
        EN,
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "Words.",
        f"{EN}:50: “table” is a paragraph; in the source text a table",
    ),
    (
        "note.es.md",
        "## A\n",
        "A\n",
        "note.es.md:0: its headings and paragraphs are not those of note.fr.md",
    ),
    ("m1/grid.svg", "$word", "$other", "m1/grid.toml:1: fr: no words for $other"),
    ("m1/grid.svg", 'class="f-text"', 'style="x"', "m1/grid.svg:0: <text style=…> is not allowed"),
    ("m1/grid.svg", "</svg>", "<script/></svg>", "m1/grid.svg:0: <script> is not allowed"),
    ("m1/grid.svg", "</svg>", "", "m1/grid.svg:0: not well-formed"),
    (
        "m1/grid.svg",
        "<svg",
        "<!DOCTYPE x><svg",
        "m1/grid.svg:0: only elements and words: no comment, no doctype",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_found_where_it_is(folder: Path, name, old, new, expected) -> None:
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    assert any(line.startswith(expected) for line in found(folder)), found(folder)[:6]
    with pytest.raises(CourseError):
        load_course(folder)


def test_a_missing_language_is_found(folder: Path) -> None:
    (folder / EN).unlink()
    assert f"{EN}:0: there is no such file" in found(folder)


def test_different_right_answers_are_found(folder: Path) -> None:
    path = folder / EN
    path.write_text(path.read_text().replace("- [ ] A.", "- [x] A.", 1))
    assert f"{EN}:26: “check-1”: not the same answers are right as in the source" in found(folder)


def test_too_few_words_and_checks_are_counted(folder: Path) -> None:
    path = folder / FR
    path.write_text(path.read_text().replace("mot " * 400, "", 1))
    assert any("words; a lesson has 900 to 1400" in line for line in found(folder))


def test_bytes_that_are_no_text_have_their_line(folder: Path) -> None:
    (folder / EN).write_bytes(b"{#a}\nfine\n\xff\n")
    assert f"{EN}:3: not readable as UTF-8 text" in found(folder)


def test_nothing_there_at_all(tmp_path: Path) -> None:
    assert found(tmp_path) == ["course.toml:0: there is no such file"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(
        ["course.toml", "glossary.toml", "m1/module.toml", FR, "m1/grid.svg", "m1/grid.toml"]
    ),
    cut=st.floats(0, 1),
    junk=st.binary(max_size=30)
    | st.sampled_from([b"{#x}\n", b"::: check\n", b"[[[", b"- [x] ", b"[a]\na=1\n"]),
)
def test_the_checker_survives_anything(
    tmp_path_factory, name: str, cut: float, junk: bytes
) -> None:
    folder = write_course(tmp_path_factory.mktemp("course") / "small")
    content = (folder / name).read_bytes()
    at = int(len(content) * cut)
    (folder / name).write_bytes(content[:at] + junk + content[at + len(junk) :])
    check_course(folder)
    shutil.rmtree(folder)


def test_the_command_says_file_and_line(folder: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("LEARNING_COURSES", str(folder.parent))
    assert main(["course", "check"]) == 0
    (folder / EN).unlink()
    assert main(["course", "check"]) == 1
    told = capsys.readouterr().out
    assert f"{EN}:0: there is no such file" in told
    assert "1 course(s), 1 fault(s)" in told
