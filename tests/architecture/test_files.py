"""Promises about every file."""

import re
import subprocess

import pytest
from flask import Flask

from learning.kit.templates import environment_for
from learning.settings import ROOT
from tests.templates import NAMES

LONGEST = 300
MEASURED = (".py", ".html", ".css", ".js", ".sh")
EXCEPT = ("tests/vendor/", "migrations/versions/")
INLINE = re.compile(
    r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", re.IGNORECASE
)


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],  # noqa: S607 git is git
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in done.stdout.splitlines() if (ROOT / name).exists()]


def test_no_file_is_longer_than_a_reader_s_patience() -> None:
    long = {
        name: count
        for name in tracked()
        if name.endswith(MEASURED) and not name.startswith(EXCEPT)
        if (count := len((ROOT / name).read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_nothing_is_left_to_do_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    names = [n for n in tracked() if n.endswith(MEASURED) and not n.startswith(EXCEPT)]
    names.remove("tests/architecture/test_files.py")
    assert [n for n in names if marks.search((ROOT / n).read_text())] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_and_has_nothing_inline(app: Flask, name: str) -> None:
    environment_for(app, "en").get_template(name)
    letter = name == "mail/email.html"  # mail programs know no style sheets
    assert letter or INLINE.findall((ROOT / "templates" / name).read_text()) == []


def test_a_decision_has_a_number_of_its_own_and_a_reference_finds_it() -> None:
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in files]
    assert len(set(numbers)) == len(files)
    heads = [path.read_text().split(".", 1)[0] for path in files]
    assert heads == [f"# {number}" for number in numbers]
    cited = re.compile(r"docs/decisions/(\d{4}(?:-[a-z0-9-]+\.md)?)")
    known = {path.name for path in files} | {path.name[:4] for path in files}
    texts = [n for n in tracked() if n.endswith((*MEASURED, ".md"))]
    missing = {
        (name, found)
        for name in texts
        for found in cited.findall((ROOT / name).read_text())
        if found not in known
    }
    assert missing == set()


def test_journeys_close_browsers_where_nothing_is_on_its_way() -> None:
    """Chromium may never close a tab that is on its way; `conftest.close` knows how."""
    closing = re.compile(r"^\s*(\w+\.)?(context|laptop|phone)\.close\(\)", re.MULTILINE)
    journeys = sorted((ROOT / "tests/journeys").glob("*.py"))
    assert [path.name for path in journeys if closing.search(path.read_text())] == []
    assert closing.search("    page.context.close()\n")
