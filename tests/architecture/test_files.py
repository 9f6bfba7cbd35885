"""Promises about every file."""

import re
import subprocess
from dataclasses import fields

import pytest
from flask import Flask
from jinja2 import nodes

from learning.kit.pages import Page
from learning.settings import ROOT

LONGEST = 300
MEASURED = (".py", ".html", ".css", ".js", ".sh")
EXCEPT = ("tests/vendor/", "migrations/versions/")
TEMPLATES = sorted(str(p.relative_to(ROOT / "templates")) for p in ROOT.glob("templates/**/*.html"))
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


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles_and_has_nothing_inline(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)
    letter = name == "mail/letter.html"  # mail programs know no style sheets
    assert letter or INLINE.findall((ROOT / "templates" / name).read_text()) == []


def pages() -> list[type[Page]]:
    return [page for page in Page.__subclasses__() if page.__module__.startswith("learning")]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.__name__)
def test_a_template_reads_only_what_its_page_has(app: Flask, page: type[Page]) -> None:
    loader = app.jinja_env.loader
    assert loader
    sources = [loader.get_source(app.jinja_env, page.template)[0]]
    sources += [
        loader.get_source(app.jinja_env, name)[0]
        for name in TEMPLATES
        if name.endswith("blocks.html") and name in sources[0]
    ]
    read = {
        node.attr
        for source in sources
        for node in app.jinja_env.parse(source).find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "page"
    }
    given = {field.name for field in fields(page)}
    assert read <= given | set(dir(page))
    assert given <= read, "the page carries something that nobody reads"


def test_every_template_belongs_to_a_page_or_is_shared() -> None:
    shown = {page.template for page in pages()}
    shared = (
        "components/",
        "layout/base.html",
        "lessons/blocks.html",
        "lessons/module.html",
        "mail/letter.html",
    )
    assert [n for n in TEMPLATES if n not in shown and not n.startswith(shared)] == []


def test_a_decision_has_a_number_of_its_own_and_whoever_cites_one_finds_it() -> None:
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in files]
    assert numbers == list(range(1, len(files) + 1))
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
