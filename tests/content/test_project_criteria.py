"""Which page of the file names which criterion of the final project, and the worked budget."""

import re
import shutil
from pathlib import Path

import pytest

from learning.content.course_reader import check_course
from learning.content.project_criteria import show_titles, title_issues
from learning.settings import ROOT

COURSE = ROOT / "courses/reintegration"
CRITERIA = {"situation": {"fr": "Une situation", "en": "A situation", "es": "Una situación"}}
CHAIN = {
    "fr": ("| Produit |", "| Effet |"),
    "en": ("| Output |", "| Outcome |"),
    "es": ("| Producto |", "| Efecto |"),
}
LANGUAGES = ("fr", "en", "es")
RUBRIC = "work/project-rubric.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(COURSE, tmp_path / "reintegration")


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def found(folder: Path) -> list[str]:
    """Return the issues of criteria; a page that is not read has no minutes, either."""
    issues = [str(issue) for issue in check_course(folder)]
    return [issue for issue in issues if "by the rule" not in issue]


def test_every_criterion_of_the_project_is_rehearsed(folder: Path) -> None:
    for language in LANGUAGES:
        name = f"m5/page.{language}.md"
        text = (folder / name).read_text()
        (folder / name).write_text(re.sub(r"\[([^]]*)\]\(criterion:protection\)", r"\1", text))
    assert found(folder) == [
        "m5/page:0: names no criterion of the final project that it rehearses",
        f"{RUBRIC}:0: no page of the file names the criterion “protection”",
    ]


def test_a_criterion_that_does_not_exist_is_found(folder: Path) -> None:
    change(folder, "m5/page.es.md", "(criterion:protection)", "(criterion:protecion)")
    assert found(folder) == [
        "m5/page.es.md:5: there is no criterion of the project “protecion”",
        "m5/page.es.md:5: “rubric”: not the same criteria as in the source text",
    ]


def test_a_title_that_changes_in_the_rubric_alone_is_found(folder: Path) -> None:
    change(folder, RUBRIC, 'title = "Clarity and sources"', 'title = "Clarity"')
    assert found(folder) == [
        "m3/page.en.md:5: “Clarity and sources” is not the title of the criterion “clarity”"
    ]


def test_a_criterion_has_no_place_in_a_lesson(folder: Path) -> None:
    change(folder, "m1/l1.en.md", "{#sources}", "{#extra}\n[x](criterion:clarity)\n\n{#sources}")
    assert any("a criterion has no place in a lesson" in line for line in found(folder))


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("fr", "Une situation", []),
        ("es", "Una situación", []),
        ("en", "Une situation", [(8, "“Une situation” is not the title of the criterion")]),
    ],
)
def test_a_criterion_is_named_by_its_title(language: str, words: str, expected) -> None:
    text = f"First line.\n[{words}](criterion:situation) and [x](criterion:unknown)"
    issues = list(title_issues(text, 7, language, CRITERIA))
    assert [(line, message[: len(expected[0][1])]) for line, message in issues] == expected


def test_the_page_shows_the_title_in_bold() -> None:
    assert show_titles("See [A title](criterion:a-b), [001](source:001).") == (
        "See **A title**, [001](source:001)."
    )


AMOUNT = r"\d{1,3}(?:[ ,]\d{3})*"


def amount(text: str) -> int:
    """Return an amount, however the language groups its digits; a dash is nothing."""
    found = re.match(AMOUNT, text)
    assert found or text == "–", text
    return int(re.sub(r"\D", "", found[0])) if found else 0


def amounts(text: str) -> list[int]:
    return [amount(each) for each in re.findall(AMOUNT, text)]


def example(language: str) -> str:
    return (COURSE / f"m6/page.{language}.md").read_text().partition("{#example-2}")[2]


def budget(language: str) -> list[list[str]]:
    """Return the cells of the ten lines of the worked budget and of its sum."""
    rows = [line.strip("| ").split(" | ") for line in example(language).splitlines()]
    first = next(at for at, row in enumerate(rows) if row[0].startswith("1. "))
    return rows[first : first + 11]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worked_budget_is_right(language: str) -> None:
    *lines, reserve, total = budget(language)
    assert [row[0].partition(".")[0] for row in (*lines, reserve)] == [*map(str, range(1, 11))]
    products = [amounts(row[1]) for row in lines]
    assert [quantity * cost for quantity, cost, _ in products] == [each[2] for each in products]
    share, whole, result = amounts(reserve[1])
    assert whole == sum(each[2] for each in products)
    assert result * 100 == share * whole
    paid = [[amount(cell) for cell in row[2:]] for row in (*lines, reserve)]
    assert [sum(row) for row in paid] == [*(each[2] for each in products), result]
    assert [amount(cell) for cell in total[2:]] == [
        sum(column) for column in zip(*paid, strict=True)
    ]
    assert amount(total[1]) == whole + result


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_below_the_budget_follow_from_it(language: str) -> None:
    """What is said: the cost of an output and of an outcome, and the part that others pay."""
    total, _, shared = (amount(cell) for cell in budget(language)[-1][1:])
    lines = example(language).splitlines()
    links = [amounts(line) for line in lines if line.startswith(CHAIN[language])]
    trained, changed = links[0][0], links[1][0]
    sentence = next(line for line in lines if "750" in line and not line.startswith("|"))
    expected = [total // trained, total // changed, shared, total, round(100 * shared / total)]
    assert amounts(sentence)[:5] == expected
    assert (total % trained, total % changed) == (0, 0)


def test_the_budget_has_the_same_numbers_in_each_language() -> None:
    tables = [[[*map(amounts, row[1:])] for row in budget(language)] for language in LANGUAGES]
    assert tables[0] == tables[1] == tables[2]
