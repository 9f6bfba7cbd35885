"""The rules of assessment in course.toml: read whole, faults with their lines, prose compared."""

import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from learning.cli import main
from learning.content.activity_types import (
    Assessment,
    Blueprint,
    GroupRules,
    PeerRules,
    ProjectRules,
    QuizRules,
    Requirement,
    RequirementKey,
)
from learning.content.assessment import stated_values
from learning.content.course import ALL, Course
from learning.content.course_reader import check_course, load_course
from learning.content.number_cues import STATED
from learning.content.stated_files import FileNumber, contradictions, stated_numbers
from learning.content.toml_reader import read_toml
from learning.settings import ROOT
from tests.content.course_files import COURSE, copy_site, write_course
from tests.content.stated_facts import READ, UNSTATED

FOLDER = ROOT / "courses/reintegration"
LINES = COURSE.count("\n")
RULES = """[quiz]
pass_percent = 70
attempts = 3
questions = 12
time_limit_minutes = 45
wait_hours = 0
grace_minutes = 5
blueprint = { easy = 4, medium = 5, hard = 3 }
[peer]
reviews = 4
pass_percent = 60
review_hours = 72
reminder_hours = 48
extensions = 1
extra_reviews = 2
min_reviews = 3
min_words = 30
appeal_days = 5
[group]
min_size = 4
max_size = 6
other_criteria = 2
returns = 1
[project]
pass_percent = 60
resubmissions = 1
[weights]
quizzes = 30
peer = 20
group = 10
project = 40
[[requirements]]
key = "discussions"
contributions = 1
replies = 2
[[requirements]]
key = "peer"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "small")


@pytest.fixture(scope="module")
def numbers() -> list[FileNumber]:
    return stated_numbers(FOLDER, read_toml(FOLDER / "course.toml", "course.toml", []))


def with_rules(folder: Path, text: str) -> Path:
    (folder / "course.toml").write_text(COURSE + text)
    return folder


def document(path: str) -> str:
    """Return a path without its language."""
    return re.sub(r"\.(fr|en|es)\.md$", "", path)


def test_the_rules_are_read(folder: Path) -> None:
    assert load_course(with_rules(folder, RULES)).assessment == Assessment(
        quiz=QuizRules(
            pass_percent=70, attempts=3, questions=12, time_limit_minutes=45, wait_hours=0,
            grace_minutes=5,
            blueprint=Blueprint(easy=4, medium=5, hard=3),
        ),
        peer=PeerRules(
            reviews=4, pass_percent=60, review_hours=72, reminder_hours=48, extensions=1,
            extra_reviews=2, min_reviews=3, min_words=30, appeal_days=5,
        ),
        group=GroupRules(min_size=4, max_size=6, other_criteria=2, returns=1),
        project=ProjectRules(pass_percent=60, resubmissions=1),
        requirements=[
            Requirement(key=RequirementKey.DISCUSSIONS, contributions=1, replies=2),
            Requirement(key=RequirementKey.PEER),
        ],
        weights={"quizzes": 30, "peer": 20, "group": 10, "project": 40},
    )  # fmt: skip


def test_a_course_that_assesses_nothing_has_no_rules(folder: Path) -> None:
    assert load_course(folder).assessment == Assessment(requirements=[])


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("= 70", "= 101", 2, "pass_percent: 100 at most"),
        ("= 70", '= "70"', 2, "pass_percent: a whole number greater than 0"),
        ("attempts", "tries", 1, "attempts: a whole number greater than 0"),
        ("attempts", "tries", 3, "[quiz] has no “tries”"),
        ("= 45", "= 0", 5, "time_limit_minutes: a whole number greater than 0"),
        ("= 0", "= -1", 6, "wait_hours: a whole number, 0 or more"),
        ("= 5\n", "= true\n", 7, "grace_minutes: a whole number, 0 or more"),
        ("easy = 4", "easy = 3", 8, "blueprint: 11 questions together, not 12"),
        ("hard", "harsh", 8, "[quiz.blueprint] has no “harsh”"),
        (
            "reminder_hours = 48",
            "reminder_hours = 72",
            13,
            "reminder_hours: fewer than review_hour",
        ),
        ("min_reviews = 3", "min_reviews = 5", 16, "min_reviews: not more than reviews"),
        ("max_size = 6", "max_size = 3", 21, "max_size: not less than the min_size"),
        ("quizzes = 30", "quizzes = 31", 27, "the weights add up to 101, not 100"),
        ("quizzes = 30", "quizes = 30", 28, "[weights] has no “quizes”"),
        ('"peer"\n', '"discussions"\n', 37, "a second requirement has the key “discussions”"),
        (
            '"peer"\n',
            '"exam"\n',
            37,
            "key: one of quizzes, discussions, peer, group, live, project",
        ),
        ('"peer"\n', '"live"\nsessions = 1\n', 38, "sessions: the course has 0"),
        ('"peer"\n', '"peer"\nsessions = 1\n', 38, "[requirements] has no “sessions”"),
    ],
)
def test_each_fault_is_named_with_its_line(folder: Path, old, new, line, message) -> None:
    text = RULES.replace(old, new, 1)
    assert text != RULES
    found = [str(issue) for issue in check_course(with_rules(folder, text))]
    assert any(each.startswith(f"course.toml:{LINES + line}: {message}") for each in found), found


@pytest.mark.parametrize("name", ["peer", "group", "project"])
def test_work_without_its_rules_is_found(folder: Path, name: str) -> None:
    (folder / "work").mkdir()
    for language in ALL:
        (folder / f"work/{name}.{language}.md").write_text("{#a}\nMot.\n")
    found = {str(issue) for issue in check_course(folder)}
    assert f"course.toml:0: [{name}]: a table" in found


@pytest.mark.parametrize("name", ["[weights]: a table", "[[requirements]]: one table or more"])
def test_rules_need_weights_and_requirements(folder: Path, name: str) -> None:
    text = RULES.partition("[weights]")[0]
    found = {str(issue) for issue in check_course(with_rules(folder, text))}
    assert f"course.toml:0: {name}" in found


@pytest.mark.parametrize(
    ("old", "new", "draws"),
    [
        ("attempts = 3\nquestions", "attempts = 4\nquestions", (3, 4)),  # 40 questions are 3 draws
        ("easy = 4\nmedium = 5", "easy = 5\nmedium = 4", (2, 3)),  # 12 easy questions are not 15
        ("easy = 4\nmedium = 5", "easy = 9\nmedium = 0", (1, 3)),
    ],
)
def test_a_bank_satisfies_the_blueprint_in_every_attempt_without_a_repeat(
    tmp_path: Path, old: str, new: str, draws: tuple[int, int]
) -> None:
    found = [str(issue) for issue in check_course(changed_copy(tmp_path, old, new))]
    times = f"satisfies it {draws[0]} times without a repeat, not {draws[1]}"
    assert any(f"blueprint: the bank of m1 {times}" in each for each in found), found


def test_the_days_for_an_appeal_are_those_between_its_dates(tmp_path: Path) -> None:
    copy = changed_copy(tmp_path, "appeal_days = 5", "appeal_days = 6")
    found = [str(issue) for issue in check_course(copy)]
    assert any("appeal_days: “peer-appeal” is 5 days after “peer-release”" in f for f in found)


@pytest.mark.parametrize("language", ALL)
def test_what_is_read_in_the_published_course(numbers: list[FileNumber], language: str) -> None:
    found = Counter(
        (document(each.path), each.number.fact) for each in numbers if each.language == language
    )
    assert found == READ


def test_every_fact_but_two_is_stated_somewhere() -> None:
    assert {each.fact for each in STATED} - {fact for _, fact in READ} == UNSTATED


def test_the_three_languages_say_the_same_on_the_same_lines(numbers: list[FileNumber]) -> None:
    statement = defaultdict(list)
    for each in numbers:
        statement[each.language].append(
            (document(each.path), each.number.line, each.number.fact, each.number.value)
        )
    assert sorted(statement["fr"]) == sorted(statement["en"]) == sorted(statement["es"])


@pytest.mark.parametrize("fact", sorted({fact for _, fact in READ}))
def test_a_number_that_changes_is_a_fault_in_every_sentence_that_states_it(
    numbers: list[FileNumber], course: Course, fact: str
) -> None:
    values = stated_values(
        course.assessment,
        course.modules,
        course.minutes,
        course.extra_minutes,
        course.total_minutes,
    )
    assert contradictions(numbers, values) == []
    found = contradictions(numbers, {**values, fact: values[fact] + 1})
    expected = sum(times for (_, each), times in READ.items() if each == fact)
    in_toml = READ.get(("course.toml", fact), 0)
    assert len(found) == len(ALL) * expected
    for language in ALL:
        own = [each for each in found if each.path.endswith(f".{language}.md")]
        assert len(own) == expected - in_toml
    message = f"says {values[fact]}, but {fact} is {values[fact] + 1}"
    assert {each.message for each in found} == {message}


def changed_copy(tmp_path: Path, old: str, new: str) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(FOLDER, copy)
    text = (copy / "course.toml").read_text()
    assert text.count(old) == 1
    (copy / "course.toml").write_text(text.replace(old, new))
    return copy


def test_a_pass_mark_changed_alone_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changed_copy(tmp_path, "pass_percent = 70", "pass_percent = 75")
    copy_site(tmp_path)
    monkeypatch.setenv("LEARNING_COURSES", str(tmp_path))
    assert main(["course", "check"]) == 1
    shown = capsys.readouterr().out
    for language in ALL:
        assert f"work/orientation.{language}.md:123: says 70, but quiz.pass_percent is 75" in shown
    assert "1 course(s), 3 issue(s)" in shown
