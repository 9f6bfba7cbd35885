"""The contracts of imports hold: each violation, written into a copy of the program, is found.

What import-linter cannot see, since it knows modules and not names, is looked for here: who reads
the clock, or the environment. And no pure module is left out of the contract and of the coverage.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from learning.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
CONTRACTS = {each["name"]: each for each in PROJECT["importlinter"]["contracts"]}
PURE = CONTRACTS["Rules are pure, through whatever they import"]
PAGES = CONTRACTS["Only pages know of requests and settings; what reads and writes knows neither"]
FILES = (
    "sandbox", "validation", "pdfs", "images", "antivirus", "containers", "documents", "links",
    "odf", "ooxml", "ooxml_parts", "xml_files", "xml_reader", "storage",
)  # fmt: skip
IMPURE = {
    "words": {
        "learning.**.words",
        "learning.**.*_words",
        "learning.**.labels",
        "learning.**.audit_labels",
        "learning.fees.*_labels",
        "learning.admin.email_labels",
        "learning.admin.job_labels",
        "learning.**.problems",
        "learning.**.*_problems",
        "learning.catalogue.vocabulary",
    },
    "facts and values": {
        "learning.**.events",
        "learning.**.*_events",
        "learning.content.activity_types",
        "learning.demo.candidates",
        "learning.demo.people",
        "learning.extension_points.requests",
        "learning.paths",
        "learning.kit.errors",
    },
    "the provider of the demonstration": {
        "learning.fake_card_provider.*",
    },
    "secrets": {"learning.kit.encryption"},  # draws random numbers
    "the reading and drawing of texts": {
        "learning.content.*",
        "learning.kit.text",
        "learning.lessons.module_documents",
    },
    "files and processes": {
        "learning.participants.list_files",
        "learning.participants.workbooks",
        "learning.kit.sqlite_lock",
        "learning.kit.spreadsheets",
        "learning.kit.disk_cache",
        "learning.kit.forks",
        "learning.mail.senders",
        *(f"learning.files.{name}" for name in FILES),
    },
}
"""What needs neither database nor request, and decides nothing either."""
NOT_MEASURED = {
    "learning.card_providers.interface",  # types only
    "learning.card_providers.stripe",  # speaks to a server
    "learning.kit.i18n",  # formats of Babel, seen on pages
    "learning.kit.time",  # reads the clock
    *(f"learning.documents.{name}" for name in ("blocks", "flowables", "fonts", "pdf")),  # drawn
}
CLOCKS = {
    "learning.kit.time",
    "learning.jobs.worker",
    "learning.fake_card_provider.provider",  # another machine, with a clock of its own
}

VIOLATIONS = {
    "rules": {
        "lessons/rules.py": (
            "from learning.lessons import queries",
            "learning.lessons.rules is not allowed to import sqlalchemy:",
        ),
        "admissions/rules/transitions.py": (
            "from learning.kit import languages",
            "learning.admissions.rules.transitions is not allowed to import flask:",
        ),
        "admissions/rules/deadlines.py": (
            "import sqlalchemy",
            "learning.admissions.rules.deadlines is not allowed to import sqlalchemy:",
        ),
        "admissions/rules/ranking.py": (
            "def f() -> None:\n    from learning.kit import forms",
            "learning.admissions.rules.ranking is not allowed to import wtforms:",
        ),
        "catalogue/statements.py": (
            "from learning.settings import Settings",
            "learning.catalogue.statements is not allowed to import learning.settings:",
        ),
    },
    "requests": {
        "participants/commands.py": (
            "from flask import request",
            "learning.participants.commands -> flask",
        ),
        "admissions/queries/board.py": (
            "from learning.accounts import login",
            "learning.admissions.queries.board -> learning.accounts.login -> flask",
        ),
        "admissions/commands/transitions.py": (
            "def f() -> None:\n    from learning.kit.db import db",
            "learning.admissions.commands.transitions -> learning.kit.db",
        ),
        "admissions/commands/waitlist.py": (
            "from learning.settings import Settings",
            "learning.admissions.commands.waitlist -> learning.settings",
        ),
        "mail/actions.py": (
            "from learning.content import registry",
            "learning.mail.actions is not allowed to reach flask:",
        ),
        "enrolment/brand_new.py": (
            "from learning.kit.languages import current",
            "learning.enrolment.brand_new is not allowed to reach flask:",
        ),
    },
    "layers": {
        "catalogue/models.py": (
            "def f() -> None:\n    from learning.enrolment import queries",
            "learning.catalogue is not allowed to import learning.enrolment:",
        ),
        "lessons/outline.py": (
            "from learning.accounts.views import profile",
            "learning.lessons.outline -> learning.accounts.views.profile",
        ),
        "lessons/jobs.py": (
            "from learning.admissions import models",
            "learning.lessons is not allowed to import learning.admissions:",
        ),
        "lessons/actions.py": (
            "from learning.lessons import staff",
            "learning.lessons.actions -> learning.lessons.staff",
        ),
        "admissions/queries/waitlist.py": (
            "from learning.admissions.commands import waitlist",
            "learning.admissions.queries.waitlist -> learning.admissions.commands.waitlist",
        ),
        "catalogue/actions.py": (
            "from learning.catalogue import forms",
            "learning.catalogue.actions -> learning.catalogue.forms",
        ),
    },
}
"""What is written into which file, and what import-linter says to it; together, where it can be."""


def lint(folder: Path) -> str:
    """Return what import-linter says of the copy of the program in a folder."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(  # noqa: S603 our own words
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"{done.stdout}\n{done.returncode} {done.stderr}"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the program, its contracts included."""
    folder = tmp_path_factory.mktemp("program")
    python = shutil.ignore_patterns("__pycache__", "*.gz")
    shutil.copytree(ROOT / "learning", folder / "learning", ignore=python)
    (folder / "tests").mkdir()
    for name in ("pyproject.toml", "tests/__init__.py", "tests/contracts.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_the_copy_keeps_its_contracts(copy: Path) -> None:
    assert "0 broken" in lint(copy)


@pytest.mark.parametrize("together", VIOLATIONS)
def test_a_violation_is_found(copy: Path, together: str) -> None:
    written = {copy / "learning" / name: line for name, (line, _) in VIOLATIONS[together].items()}
    before = {path: path.read_text() if path.exists() else None for path in written}
    for path, line in written.items():
        path.write_text(f"{before[path] or ''}\n\n{line}\n")
    message = " ".join(lint(copy).split())
    for path, text in before.items():
        path.unlink() if text is None else path.write_text(text)
    assert {line for _, line in VIOLATIONS[together].values() if line not in message} == set()


def matches(module: str, expressions: object) -> bool:
    """Whether a module, or a package that it is in, is named by expressions as import-linter's."""
    patterns = (
        re.escape(each).replace(r"\*\*", ".+").replace(r"\*", r"[^.]+") for each in expressions
    )
    return any(re.fullmatch(rf"{pattern}(\..+)?", module) for pattern in patterns)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("learning", include_external_packages=True, cache_dir=None)


def modules(graph: grimp.ImportGraph) -> Iterator[str]:
    """Yield every module of the program that is no package."""
    for name in sorted(graph.modules):
        if name.startswith("learning.") and not graph.find_children(name):
            yield name


def test_every_pure_module_is_held_to_it(graph: grimp.ImportGraph) -> None:
    outside = [each for each in PURE["forbidden_modules"] if each in graph.modules]
    tainted = {name for each in outside for name in graph.find_downstream_modules(each)}
    named = [
        *PURE["source_modules"],
        *outside,
        *(name for each in IMPURE.values() for name in each),
    ]
    pure = {name for name in modules(graph) if name not in tainted}
    assert {name for name in pure if not matches(name, named)} == set()


def test_every_pure_module_is_measured(graph: grimp.ImportGraph) -> None:
    measured = {
        str(path.relative_to(ROOT).with_suffix("")).replace("/", ".")
        for pattern in PROJECT["coverage"]["run"]["include"]
        for path in ROOT.glob(pattern)
        if path.stem != "__init__"
    }
    pure = {name for name in modules(graph) if matches(name, PURE["source_modules"])}
    assert measured == pure - NOT_MEASURED


CLOCK = r"\b(?:time\.now|time\.time|datetime\.(?:utc)?now|date(?:time)?\.today)"
REQUESTED = re.compile(rf"{CLOCK}|os\.(?:environ|getenv)")
NAMES = {"learning.kit.time": {"now"}, "time": {"time"}, "os": {"environ", "getenv"}}


def clocks_in(source: str) -> list[str]:
    """Return how a module asks for the time, or for the environment, if it does."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found += sorted(
                {each.name for each in node.names} & NAMES.get(node.module or "", set())
            )
        elif isinstance(node, ast.Attribute) and REQUESTED.search(f"{ast.unparse(node)}$"):
            found.append(ast.unparse(node))
    return found


def test_only_pages_and_commands_look_at_the_clock(graph: grimp.ImportGraph) -> None:
    """And at the environment; all else is told."""
    asking = {
        name: found
        for name in modules(graph)
        if name not in CLOCKS and not matches(name, PAGES["allowed_modules"])
        if (found := clocks_in((ROOT / f"{name.replace('.', '/')}.py").read_text()))
    }
    assert asking == {}


@pytest.mark.parametrize(
    "source",
    [
        "from learning.kit.time import day_in, now",
        "def f():\n    from learning.kit.time import now as moment",
        "from learning.kit import time\nat = time.now()",
        "import learning.kit.time\nat = learning.kit.time.now()",
        "import datetime as d\nat = d.datetime.now(d.UTC)",
        "from datetime import UTC, datetime\nat = datetime.now(tz=UTC)",
        "from datetime import datetime\nask = datetime.utcnow",
        "from datetime import date\nday = date.today()",
        "import time\nat = time.time()",
        "from time import time\nat = time()",
        "import os\nname = os.environ['USER']",
        "from os import environ",
    ],
)
def test_a_look_at_the_clock_is_found(source: str) -> None:
    assert clocks_in(source)


def test_what_is_told_is_no_look_at_the_clock() -> None:
    messages = "from learning.kit.time import day_in\n\ndef f(now, task):\n    return task.now, now"
    assert clocks_in(messages) == []
