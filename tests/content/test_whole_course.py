"""The course as it is published: complete, counted, sourced, and nobody else's sentences."""

import re
from collections import Counter
from pathlib import Path

import pytest

from learning.content.activity_types import QuestionType
from learning.content.course import ALL, Course
from learning.content.course_reader import live_minutes
from learning.settings import ROOT
from tests.content.runs import known, runs

FOLDER = ROOT / "courses/reintegration"
MODULES = [f"m{number}" for number in range(1, 7)]
TEXTS = sorted(
    path
    for path in FOLDER.rglob("*")
    if path.suffix in {".md", ".toml"} and path.name not in {"sources.toml", "translations.toml"}
)
NAMES = ("diplôme d’expert et de praticien en migrations de main-d’œuvre",)
SPACE = "[ .,\u00a0\u202f]"
GROUPED = re.compile(rf"\d{{1,3}}(?:{SPACE}\d{{3}})+")
NUMBER = re.compile(rf"{GROUPED.pattern}(?!\d)|\d+[.,]\d+|\d+")


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, keys, citations and the list of sources left out."""
    for away in (r"^\{#.*\}$", r"\]\([^)]*\)"):
        text = re.sub(away, "]", text, flags=re.MULTILINE)
    text = re.sub(r"\{#sources\}.*|:{3} sources.*", "", text, flags=re.DOTALL)
    found = NUMBER.findall(re.sub(r"\[[^\]]*(?:section|sección|00\d)[^\]]*\]", " ", text))
    return {
        re.sub(SPACE, "", each) if GROUPED.fullmatch(each) else each.replace(",", ".")
        for each in found
    }


def lessons(key: str) -> list[Path]:
    return sorted(FOLDER.glob(f"{key}/l?.fr.md"))


@pytest.mark.parametrize("key", MODULES)
def test_the_three_languages_carry_the_same_numbers(key) -> None:
    for path in [*lessons(key), *sorted(FOLDER.glob(f"{key}/summary-*.fr.md"))]:
        texts = [Path(str(path).replace(".fr.", f".{code}.")).read_text() for code in ALL]
        own = [numbers(text) for text in texts]
        assert own[0] == own[1] == own[2], path.name


@pytest.mark.parametrize("key", MODULES)
def test_every_number_stands_in_the_list_of_sources(key) -> None:
    table = (
        (FOLDER / "SOURCES.md").read_text().split(f"## Module {key[1]}")[1].split("## Module")[0]
    )
    listed = numbers(table)
    for path in lessons(key):
        assert numbers(path.read_text()) <= listed, path.name


def test_the_lists_rows_name_a_document_or_say_what_else_they_are(course: Course) -> None:
    rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in (FOLDER / "SOURCES.md").read_text().split("\n")
        if line.startswith("| ") and not line.startswith(("| lesson", "| entry"))
    ]
    assert len(rows) > 250
    for row in rows:
        assert re.match(r"known|made up|00\d", row[3]), row
        assert all(code in course.sources for code in re.findall(r"\b00\d\b", row[3])), row


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_no_twelve_words_in_a_row_are_the_sources_own(path) -> None:
    text = path.read_text()
    for name in NAMES:
        text = text.replace(name, "« »")
    found = runs(text)
    assert [found[each] for each in found.keys() & known()] == []


def test_the_sources_runs_are_there_to_be_found() -> None:
    assert len(known()) > 20_000


def test_thirty_lessons_are_written_in_three_languages(course: Course) -> None:
    assert len(course.written_lessons) == 30
    assert all(lesson.texts.keys() == set(ALL) for lesson in course.lessons.values())


def test_sixty_hours_add_up(course: Course) -> None:
    for module in course.modules:
        assert sum(lesson.minutes for lesson in module.lessons) == course.minutes["lessons"]
        assert sum(reading.minutes for reading in module.readings) == course.minutes["readings"]
        assert live_minutes(module) == course.minutes["live"]
        assert module.documents.keys() == {"readings", "discussion", "page", "live"}
    own = len(course.modules) * sum(course.minutes.values()) + sum(course.extra_minutes.values())
    assert own == course.total_minutes == 3600


def test_each_bank_tests_each_objective_and_lesson_in_every_way(course: Course) -> None:
    for module in course.modules:
        assert len(module.bank) >= 40
        assert {question.type for question in module.bank} == set(QuestionType)
        objectives = Counter(question.objective for question in module.bank)
        by_lesson = Counter(question.lesson for question in module.bank)
        assert min(objectives.values()) >= 4, module.key
        assert len(objectives) == len(module.objectives["en"])
        assert min(by_lesson.values()) >= 4, module.key
        assert len(by_lesson) == 5
        places = Counter(q.right for q in module.bank if q.type is QuestionType.SINGLE)
        assert max(places.values()) <= sum(places.values()) / 2, module.key


def test_the_glossary_is_whole_and_used(course: Course) -> None:
    assert len(course.terms) >= 120
    assert all(term.see for term in course.terms.values())
    for language in ALL:
        assert len({term.name[language] for term in course.terms.values()}) == len(course.terms)
    used = {key for lesson in course.lessons.values() for key in lesson.texts["fr"].terms}
    for lesson in course.lessons.values():
        assert all(
            set(text.terms) == set(lesson.texts["fr"].terms) for text in lesson.texts.values()
        )
    assert len(used) >= 120


@pytest.mark.parametrize(
    ("key", "source", "section"),
    [
        ("trafficking-in-persons", "palermo-2000", "article 3"),
        ("refugee", "refugee-1951", "article 1, section A"),
        ("non-refoulement", "refugee-1951", "article 33"),
        ("migrant-worker", "icrmw-1990", "article 2"),
        ("reasonable-accommodation", "crpd-2006", "article 2"),
        ("best-interests-of-the-child", "crc-1989", "article 3"),
        ("disaggregated-data", "sdg-2015", "target 17.18"),
    ],
)
def test_a_term_of_law_rests_on_the_text_that_defines_it(
    course: Course, key: str, source: str, section: str
) -> None:
    term = course.terms[key]
    assert (term.source, term.section["en"]) == (source, section)


def test_there_are_ten_drawings_and_each_is_seen(course: Course) -> None:
    drawn = {path.stem for path in FOLDER.glob("m*/*.svg")}
    shown = {
        name
        for lesson in course.lessons.values()
        for block in lesson.texts["fr"].blocks
        for name in re.findall(r"figure:([a-z-]+)", block.source)
    }
    assert drawn == shown
    assert len(drawn) >= 10


def test_the_common_work_is_complete(course: Course) -> None:
    work = course.work
    assert work.documents.keys() == {
        "forum", "group", "model-project", "orientation", "peer", "project", "strong", "weak",
    }  # fmt: skip
    assert [criterion.weight for criterion in work.rubrics["project"]] == [20, 20, 25, 15, 10, 10]
    assert sum(criterion.weight for criterion in work.rubrics["peer"]) == 100
    strong, weak = (
        sum(c.weight * work.examples[name].marks[c.key] / 4 for c in work.rubrics["peer"])
        for name in ("strong", "weak")
    )
    assert strong >= 80
    assert weak < 60
    assert work.manifest
    assert len(work.manifest.rows) == 120
    assert [row[0] for row in work.manifest.rows] == list(range(1, 121))


def test_every_translation_is_stamped(course: Course) -> None:
    from learning.content.translation import TranslationState, overview  # noqa: PLC0415 named beside its use

    states = Counter(state for each in overview(course, FOLDER) for state in each.blocks.values())
    assert set(states) <= {TranslationState.TRANSLATED, TranslationState.REVIEWED}
