"""What the documents name exists: files, modules, functions, tables, commands, targets, links.

A name is what a document has in backticks. Names of other programs, and what a decision record
tells of the past, are listed below; an entry that is not needed any more fails a test.
"""

import ast
import importlib
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from learning.cli import main
from learning.settings import ROOT
from learning.wiring import TABLES
from tests.architecture.test_files import tracked

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(/[\w.*-]*)+")
ROUTE = re.compile(r"/[\w<>:/-]+(?<!/)")
FILE = re.compile(r"[\w*-]+\.(py|md|toml|txt|sh|html|js|css|conf|service|lock|env)")
DOTTED = re.compile(r"[A-Za-z]\w*(\.\w+)+(\(\))?")
WORD = re.compile(r"_?[A-Za-z]\w*(\(\))?")
COMMAND = re.compile(
    r"(?:`learning|\.venv/bin/learning|\bas_site) ([a-z-]+)(?: ([a-z]+))?", re.MULTILINE
)
TARGET = re.compile(r"(?:^|&& )make ([.\w/-]+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
ROW = re.compile(r"^\| (\d+) \| \[(.+?)\]\((.+?)\) \| (.+) \|$", re.MULTILINE)
STATUS = re.compile(r"^\*\*Status\.\*\* (.+?)\.(?:\s|$)", re.MULTILINE | re.DOTALL)
SECTIONS = ("**Context.**", "**Decision.**", "**Refused.**", "**Consequences.**")
CODE = (".html", ".js", ".css", ".toml", ".env", ".conf", ".ini", ".service", ".mako")
FOLDERS = (".", "learning", "courses/reintegration")

MADE_AT_RUN_TIME = "instance/"
EXCEPT = {
    "CONTRIBUTING.md": {"noqa"},
    "docs/operations.md": {
        "learn.example.org",
        "StreamMaxLength",
        "ignore_startup_parameters",
        "server_reset_query",
        "pg_dump",
        "pg_restore",
    },
    "docs/decisions/0002-functions-with-an-explicit-session.md": {"db.session"},
    "docs/decisions/0006-csrf-by-request-headers.md": {"CrossOriginProtection", "SameSite"},
    "docs/decisions/0007-wtforms.md": {"populate_obj"},
    "docs/decisions/0037-normal-forms-of-addresses-and-names.md": {"unaccent"},
    "docs/decisions/0040-enrolment-status-decides-participation.md": {
        "PlaceConfirmed",
        "PlaceCancelled",
    },
    "docs/decisions/0042-cancellation-policies-are-versioned.md": {
        "FREE_DAYS",
        "HALF_DAYS",
        "POLICY",
    },
    "docs/decisions/0045-only-pages-use-the-request.md": {
        "flask.request",
        "importlib.import_module",
    },
    "docs/decisions/0051-a-pooler-in-transaction-mode.md": {"server_reset_query_always"},
}
GONE_TARGETS = {
    "docs/decisions/0049-names-are-the-terms-of-the-field.md": {"words", "post", "matrix"}
}
REFUSED_COMMANDS = {"docs/decisions/0049-names-are-the-terms-of-the-field.md": {"check"}}


def documents() -> dict[str, str]:
    """Return the text of each document by its path; of the changelog, what is not released."""
    names = [n for n in tracked() if re.fullmatch(r"docs/.+\.md|(README|CONTRIBUTING)\.md", n)]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    texts = {name: (ROOT / name).read_text() for name in names}
    return texts | {"CHANGELOG.md": re.split(r"^## \d", changelog, flags=re.MULTILINE)[0]}


def exists(name: str) -> bool:
    """Tell whether a name is in the program; what is no name (`BEGIN`, `b+…@`) is not judged."""
    if PATH.fullmatch(name):
        folders = (ROOT / folder for folder in FOLDERS)
        return name.startswith(MADE_AT_RUN_TIME) or any(
            any(f.glob(name.rstrip("/"))) for f in folders
        )
    if ROUTE.fullmatch(name):
        return any(pattern.fullmatch(name) for pattern in routes())
    if FILE.fullmatch(name):
        return any(Path(each).match(name) for each in tracked())
    if DOTTED.fullmatch(name):
        return is_dotted(name.removesuffix("()"))
    return not WORD.fullmatch(name) or name.removesuffix("()") in words_of_the_program()


@cache
def routes() -> list[re.Pattern[str]]:
    """Return a pattern for each address in docs/access.txt."""
    lines = (ROOT / "docs/access.txt").read_text().splitlines()
    paths = {line.split()[1].rstrip("/") for line in lines}
    return [re.compile(re.sub(r"<[^>]+>", r"[^/]+", path)) for path in sorted(paths)]


def is_dotted(name: str) -> bool:
    if name.startswith("op."):  # operations of alembic, and our own in migrations/
        return name.removeprefix("op.") in words_of_the_program()
    return is_attribute(name) or is_column(name) or is_member(name)


def missing(text: str) -> set[str]:
    return {name for name in NAME.findall(FENCE.sub("", text)) if not exists(name)}


def typed(text: str) -> str:
    """Return what a document shows to be typed: its blocks of code, and what is in backticks."""
    return "\n".join((*FENCE.findall(text), *NAME.findall(FENCE.sub("", text))))


def is_column(name: str) -> bool:
    table, _, column = name.partition(".")
    return table in TABLES.tables and column in TABLES.tables[table].columns


def is_member(name: str) -> bool:
    parent, _, member = name.partition(".")
    return member in members_of_classes().get(parent, set())


def is_attribute(name: str) -> bool:
    """Tell whether a dotted name leads to a module of ours, or to something in one."""
    parts = name.removeprefix("learning.").split(".")
    for count in range(len(parts), 0, -1):
        try:
            value: object = importlib.import_module(".".join(("learning", *parts[:count])))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            value = getattr(value, part, None)
        return value is not None
    return False


@cache
def words_of_the_program() -> frozenset[str]:
    """Return the names in the code, the words of its one-line strings, tables and columns."""
    found = {table.name for table in TABLES.sorted_tables}
    found |= {column.name for table in TABLES.sorted_tables for column in table.columns}
    for name in tracked():
        path = ROOT / name
        if name.endswith(".py") and path != Path(__file__):
            found |= set(_words(path.read_text()))
        elif name.endswith(CODE) and not name.startswith("tests/vendor/"):
            found |= set(re.findall(r"\w+", path.read_text()))
    return frozenset(found)


def _words(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield token.string
        elif token.type == tokenize.STRING and not token.string.endswith('"""'):
            yield from re.findall(r"\w+", token.string)


@cache
def members_of_classes() -> dict[str, set[str]]:
    """Return the attributes and methods that each class of the program defines, by its name."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "learning").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                members = found.setdefault(node.name, set())
                for part in node.body:
                    if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                        members.add(part.target.id)
                    elif isinstance(part, ast.FunctionDef):
                        members.add(part.name)
    return found


def records() -> dict[str, str]:
    return {name: text for name, text in documents().items() if name.startswith("docs/decisions/")}


def test_every_name_in_the_documents_exists() -> None:
    found = {name: missing(text) for name, text in documents().items()}
    assert {name: words for name, words in found.items() if words} == EXCEPT


def test_every_command_in_the_documents_exists(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    known = set(re.findall(r"^    ([a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    assert {"migrate", "worker", "course"} <= known
    found = {
        name: {
            first if first not in known else f"{first} {second}"
            for first, second in COMMAND.findall(text)
            if first not in known
            or (first == "course" and second not in {"check", "signs", "stamp"})
        }
        for name, text in documents().items()
    }
    assert {name: words for name, words in found.items() if words} == REFUSED_COMMANDS


def test_every_make_target_in_the_documents_exists() -> None:
    known = set(re.findall(r"^([.\w/-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    found = {name: set(TARGET.findall(typed(text))) - known for name, text in documents().items()}
    assert {name: words for name, words in found.items() if words} == GONE_TARGETS


def test_every_link_in_the_documents_leads_to_a_file() -> None:
    broken = {
        (name, link)
        for name, text in documents().items()
        for link in LINK.findall(FENCE.sub("", text))
        if not ((ROOT / name).parent / link).exists()
    }
    assert broken == set()


def test_every_decision_has_its_four_sections() -> None:
    lacking = {
        name: [section for section in SECTIONS if section not in text]
        for name, text in records().items()
    }
    assert {name: sections for name, sections in lacking.items() if sections} == {}


def test_the_index_of_decisions_is_complete() -> None:
    index = documents()["docs/decisions.md"]
    expected = []
    for name, text in sorted(records().items()):
        number, title = text.splitlines()[0].removeprefix("# ").split(". ", 1)
        stated = STATUS.search(text)
        status = " ".join(stated[1].split()) if stated else "Accepted"
        link = name.removeprefix("docs/")
        expected.append((number, title, link, status.replace("](0", "](decisions/0")))
    assert ROW.findall(index) == expected


@pytest.mark.parametrize(
    "name",
    [
        "learning/kit/room.py",
        "kit/crossing.py",
        "rooms.py",
        "/fr/desk",
        "kit.throttle",
        "kit.rate_limit.TooOften",
        "applications.place",
        "Enrolment.place",
        "GivePlace",
        "op.rebuild_row",
        "early_openings",
        "give_place()",
    ],
)
def test_a_name_that_nothing_has_is_found(name: str) -> None:
    assert missing(f"Text with `{name}` in it.") == {name}


@pytest.mark.parametrize(
    "name",
    [
        "learning/kit/csrf.py",
        "kit/csrf.py",
        "test_files.py",
        "/en/staff/health",
        "/<lang>/account/sign-in",
        "kit.rate_limit.RateLimited",
        "applications.state",
        "Enrolment.method",
        "RuleViolation",
        "op.rebuild_table",
        "module_overrides",
        "lock_edition()",
    ],
)
def test_a_name_of_the_program_is_not(name: str) -> None:
    assert missing(f"Text with `{name}` in it.") == set()
