"""The deadlines in course.toml: read whole, and each fault named with its line."""

from datetime import time
from pathlib import Path

import pytest

from learning.content.activity_types import Deadline, DeadlineKind
from learning.content.course import Course
from learning.content.course_reader import check_course, load_course
from tests.content.course_files import COURSE, write_course

LINES = COURSE.count("\n")
TITLE = 'title = { fr = "Rendre", en = "Hand in", es = "Entregar" }'
WORK = f"""[[deadlines]]
key = "work"
week = 1
weekday = "saturday"
time = "23:59"
{TITLE}
"""
END = f"""[[deadlines]]
key = "end"
kind = "event"
day = "ends_on"
time = "09:00"
after = "work"
{TITLE}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "small")


def with_deadlines(folder: Path, text: str) -> Path:
    (folder / "course.toml").write_text(COURSE + text)
    return folder


def test_deadlines_are_read_in_their_order(folder: Path) -> None:
    course = load_course(with_deadlines(folder, WORK + END))
    title = {"fr": "Rendre", "en": "Hand in", "es": "Entregar"}
    assert course.deadlines == [
        Deadline(
            key="work", kind=DeadlineKind.DUE, week=1, weekday=5, time=time(23, 59), title=title
        ),
        Deadline(
            key="end", kind=DeadlineKind.EVENT, day="ends_on", time=time(9), title=title,
            after="work",
        ),
    ]  # fmt: skip


def test_a_course_without_dated_work_has_none(folder: Path) -> None:
    assert load_course(folder).deadlines == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("week = 1", "week = 2", 3, "week: the course has 1"),
        ("week = 1", "week = 0", 3, "week: a whole number greater than 0"),
        ('"saturday"', '"samedi"', 4, "weekday: one of monday, tuesday, wednesday, "),
        ('"saturday"', "[6]", 4, "weekday: one of monday, tuesday, wednesday, "),
        ('"23:59"', '"24:00"', 5, "time: a time of day as in “23:59”"),
        ('"23:59"', "23:59:00", 5, "time: a time of day as in “23:59”"),
        ('en = "Hand in", ', "", 6, "title: no text in “en”"),
        ('"work"\nweek', '"Work"\nweek', 2, "“Work”: a key has small letters, digits and hyphens"),
        ("week = 1\n", 'weak = 1\nday = "ends_on"\n', 3, "a deadline has no “weak”"),
        ("week = 1\n", 'week = 1\nday = "ends_on"\n', 3, "week: “day” says when this is already"),
        ('"event"', '"party"', 9, "kind: one of due, target, event"),
        ('"event"', "[1]", 9, "kind: one of due, target, event"),
        ('"ends_on"', '"starts_on"', 10, "day: one of project_due_on, ends_on"),
        ('after = "work"', 'after = "other"', 12, "after: no deadline above has the key “other”"),
        ('key = "end"', 'key = "work"', 8, "a second deadline has the key “work”"),
        (
            'day = "ends_on"', 'week = 1\nweekday = "monday"', 13,
            "“end” is not later than “work”",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_line(folder: Path, old, new, line, message) -> None:
    text = (WORK + END).replace(old, new, 1)
    assert text != WORK + END
    found = [str(issue) for issue in check_course(with_deadlines(folder, text))]
    assert any(each.startswith(f"course.toml:{LINES + line}: {message}") for each in found), found


@pytest.mark.parametrize("name", ["peer", "group", "project"])
def test_work_without_its_deadline_is_found(folder: Path, name: str) -> None:
    (folder / "work").mkdir()
    for language in ("fr", "en", "es"):
        (folder / f"work/{name}.{language}.md").write_text("{#a}\nMot.\n")
    key = {"peer": "peer-reviews", "group": "group-plan", "project": "project"}[name]
    expected = f"course.toml:0: there is no deadline “{key}”"
    assert expected in {str(issue) for issue in check_course(folder)}


def test_the_real_course_has_a_quiz_deadline_for_each_module(course: Course) -> None:
    keys = {each.key for each in course.deadlines}
    assert {f"quiz-{module.key}" for module in course.modules} <= keys
