"""`course check` compares stated minutes with the rule, and readings with what belongs to them."""

import re
import shutil
from pathlib import Path

import pytest

from learning.content.course import ALL, Course
from learning.content.course_reader import check_course, load_course
from learning.settings import ROOT
from tests.content.course_files import COURSE, MODULE, write_course

FOLDER = ROOT / "courses/reintegration"
READINGS = """[[readings]]
key = "r1"
source = "001"
section = { fr = "1", en = "1", es = "1" }
pages = "1–3"
words = 2000
minutes = 16
[readings.link]
en = "https://example.org/book"
"""
GUIDE = """{#r1}
## Titre

{#r1-why}
Il faut lire ceci.

{#r1-q1}
::: question
Un ?

> Deux.
:::
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small course with one reading of 1,200 words and a question."""
    folder = write_course(tmp_path / "small")
    (folder / "course.toml").write_text(
        COURSE.replace("total_minutes = 30", "total_minutes = 46").replace(
            "lessons = 20", "lessons = 20\nreadings = 16"
        )
    )
    (folder / "m1/readings.toml").write_text(READINGS)
    for language in ALL:
        guide = GUIDE if language == "fr" else GUIDE.replace("Un ?", "Un")
        (folder / f"m1/readings.{language}.md").write_text(guide)
        (folder / f"m1/summary-r1.{language}.md").write_text("{#p1}\n" + "mot " * 1199 + "fin.\n")
    return folder


def issues(folder: Path) -> list[str]:
    return [str(issue) for issue in check_course(folder)]


def test_a_reading_has_its_summary_its_place_and_its_link(folder: Path) -> None:
    assert issues(folder) == []
    reading = load_course(folder).modules[0].readings[0]
    assert reading.section == {"fr": "1", "en": "1", "es": "1"}
    assert (reading.pages, reading.words, reading.minutes) == ("1–3", 2000, 16)
    assert reading.links == {"en": "https://example.org/book"}
    assert {text.words for text in reading.summary.texts.values()} == {1200}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minutes = 16", "minutes = 26", "minutes: 26 minutes, but 16 by the rule"),
        ('key = "r1"', 'key = "r2"', "readings.md has no “{#r2}”"),
        ('source = "001"', 'source = "009"', "there is no source “009”"),
        ("https://", "http://", "link: “en” is no language, or “http://example.org/book” no https"),
        ('\nen = "https', '\nde = "https', "link: “de” is no language"),
        ("words = 2000", "words = 0", "words: a whole number greater than 0"),
        (', es = "1" }', " }", "section: no text in “es”"),
    ],
)
def test_a_wrong_entry_of_a_reading_is_reported(folder: Path, old, new, message) -> None:
    (folder / "m1/readings.toml").write_text(READINGS.replace(old, new))
    if 'key = "r2"' in new:
        for path in (folder / "m1").glob("summary-r1.*"):
            path.rename(path.with_name(path.name.replace("r1", "r2")))
    assert any(
        issue.startswith("m1/readings.toml:") and message in issue for issue in issues(folder)
    ), issues(folder)


def test_a_summary_is_there_in_every_language_and_long_enough(folder: Path) -> None:
    (folder / "m1/summary-r1.es.md").unlink()
    assert any(issue.startswith("m1/summary-r1.es.md") for issue in issues(folder))
    for language in ALL:
        (folder / f"m1/summary-r1.{language}.md").write_text("{#p1}\nCourt.\n")
    assert any("1 words in “fr”, not 500 to 1300" in issue for issue in issues(folder))


def test_a_lesson_that_takes_twice_its_time_is_reported(folder: Path) -> None:
    (folder / "m1/module.toml").write_text(MODULE.replace("minutes = 20", "minutes = 40"))
    found = next(issue for issue in issues(folder) if "by the rule" in issue)
    line = MODULE.split("minutes = 20")[0].count("\n") + 1
    assert re.fullmatch(rf"m1/module.toml:{line}: minutes: 40 minutes, but 2\d by the rule", found)


def test_the_minutes_of_quiz_discussion_page_and_group_are_compared(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "copy")
    sheet = tmp_path / "copy/course.toml"
    text = sheet.read_text()
    for name, minutes in (("quiz", 10), ("discussion", 20), ("file", 50), ("group_exercise", 120)):
        text, times = re.subn(rf"(?m)^{name} = \d+$", f"{name} = {minutes}", text)
        assert times == 1, name
    sheet.write_text(text)
    found = [issue.message for issue in check_course(tmp_path / "copy")]
    by_rule = [message for message in found if "by the rule" in message]
    assert "quiz: 10 minutes, but 30 by the rule" in by_rule
    for name in ("discussion", "file"):
        assert sum(message.startswith(f"{name} of m") for message in by_rule) == 6
    assert any(message.startswith("group_exercise: 120 minutes, but 2") for message in by_rule)


def hours(text: str) -> int:
    found = re.fullmatch(r"(\d+) h(?: (\d\d))?", text.strip().replace("\u00a0", " "))
    assert found, text
    return int(found[1]) * 60 + int(found[2] or 0)


def rows(key: str, language: str) -> list[list[str]]:
    """Return the cells of a table of the orientation, its head left out."""
    text = (FOLDER / f"work/orientation.{language}.md").read_text()
    block = text.split(f"{{#{key}}}\n")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in block.split("\n")][2:]


@pytest.mark.parametrize("language", ALL)
def test_the_weeks_of_the_orientation_are_the_hours_of_the_course(course: Course, language) -> None:
    weeks = [hours(row[-1]) for row in rows("weeks", language)]
    assert sum(weeks) == course.total_minutes
    assert weeks[1] == weeks[2] == sum(course.minutes.values())
    text = (FOLDER / f"work/orientation.{language}.md").read_text()
    busy, ordinary = (
        hours(each) for each in re.findall(r"\b(\d+ h \d\d)\b", text.split("{#paths}\n")[1])[:2]
    )
    assert ordinary == sum(course.minutes.values())
    assert busy == ordinary - course.minutes["live"] - course.minutes["readings"]


@pytest.mark.parametrize("language", ALL)
def test_the_fieldwork_of_the_orientation_is_that_of_the_modules(course: Course, language) -> None:
    stated = {f"m{row[0]}": int(row[2]) for row in rows("fieldwork-table", language)}
    assert stated == {module.key: module.fieldwork for module in course.modules}
    assert all(cell for row in rows("fieldwork-table", language) for cell in row)


def test_every_reading_can_be_done_in_every_language(course: Course) -> None:
    for module in course.modules:
        assert len(module.readings) == 3
        for reading in module.readings:
            assert reading.summary.texts.keys() == set(ALL)
            assert set(reading.links) <= set(ALL)
