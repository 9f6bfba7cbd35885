"""Where the entries of a TOML file stand, and how a lesson file is cut."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.content.blocks import cut
from learning.content.course import CourseError, ValidationIssue
from learning.content.course_reader import load_course
from learning.content.knowledge_checks import joined, parse_check
from learning.content.style_checks import count_words
from learning.content.toml_positions import entry_lines
from learning.content.toml_reader import read_text

SHEET = '''# a comment = 1
top = 1
long = """
top = 2
[not-a-table]
"""
"quoted key" = { a = 1, b = 2 }
list = [
  "one = 1",
  [1, 2],
]
[table]
a.b = 1
[table.inner]
x = 1
[[rows]]
key = "r1"
[rows.title]
fr = "A"
[[rows]] # the second
key = "r2"
[[rows.cells]]
n = 1
[rows.title]
fr = "B"
'''
PLACES = {
    ("top",): 2,
    ("long",): 3,
    ("quoted key",): 7,
    ("list",): 8,
    ("table",): 12,
    ("table", "a", "b"): 13,
    ("table", "inner"): 14,
    ("table", "inner", "x"): 15,
    ("rows",): 16,
    ("rows", 0): 16,
    ("rows", 0, "key"): 17,
    ("rows", 0, "title", "fr"): 19,
    ("rows", 1): 20,
    ("rows", 1, "key"): 21,
    ("rows", 1, "cells", 0, "n"): 23,
    ("rows", 1, "title", "fr"): 25,
}
FILE = """{#a}
## Title

{#b}
A paragraph
that goes on.

{#c}
::: check
Which?

- [ ] One
  more.
  > Why not,
  and more.
- [x] Two.

  > Because.
:::

{#d}
![Words](figure:x)
"""


@pytest.mark.parametrize(("place", "line"), PLACES.items())
def test_every_entry_of_a_sheet_has_its_line(place: tuple[str | int, ...], line: int) -> None:
    assert entry_lines(SHEET)[place] == line


def test_what_only_looks_like_an_entry_is_none() -> None:
    found = entry_lines(SHEET)
    assert ("not-a-table",) not in found
    assert ("one",) not in found
    assert len([place for place in found if place[:1] == ("top",)]) == 1


@given(st.text(alphabet="[]=\"'.#\n ab{}", max_size=60))
def test_any_text_has_lines(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in entry_lines(text).values())


def test_a_lesson_file_is_cut_into_blocks() -> None:
    issues: list[ValidationIssue] = []
    file = cut(FILE, "x.md", "en", issues)
    assert issues == []
    assert [(block.key, str(block.kind), block.line) for block in file.blocks] == [
        ("a", "heading", 2),
        ("b", "paragraph", 5),
        ("c", "check", 9),
        ("d", "figure", 22),
    ]
    assert file.blocks[1].source == "A paragraph\nthat goes on."
    assert count_words(file.blocks) == 17


def test_a_line_that_looks_like_an_answer_and_is_none_is_a_stray() -> None:
    check = parse_check("Which?\n- [ ] One\n  > Why.\n* Two\n1. Three\n- [y] Four\nmore")
    assert check.strays == [4, 5, 6]
    assert check.right == [False]
    assert joined(check.answers[0].why) == "Why. more"


def test_a_check_is_taken_apart() -> None:
    check = parse_check(cut(FILE, "x.md", "en", []).blocks[2].body)
    assert joined(check.question) == "Which?"
    assert [joined(answer.text) for answer in check.answers] == ["One more.", "Two."]
    assert [joined(answer.why) for answer in check.answers] == ["Why not, and more.", "Because."]
    assert check.right == [False, True]
    assert [answer.line for answer in check.answers] == [3, 7]
    assert check.strays == []


def test_a_file_is_mended_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("\ufeffe\u0301\r\nb\r\n".encode())
    issues: list[ValidationIssue] = []
    assert read_text(tmp_path / "a", "a", issues) == "é\nb\n"
    assert [str(issue) for issue in issues] == [
        "a:1: a line ends with \\n alone",
        "a:1: byte order mark",
        "a:1: not NFC",
        "a:2: a line ends with \\n alone",
    ]


def test_a_fault_shows_nothing_that_moves_the_cursor() -> None:
    assert str(ValidationIssue(path="a", line=1, message="“\x1b[2J”")) == "a:1: “�[2J”"


def test_a_broken_course_says_why(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"course\.toml:0: there is no such file"):
        load_course(tmp_path)
