"""Old words do not come back: not in names, not in docstrings, comments and documents.

The words are in tests/architecture/vocabulary.py. The name of a test is a sentence, and is read as
prose: its verbs are free, and no thing in it has an old name.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from flask import Flask

from learning.labels import AUDIT_LABELS
from learning.paths import ROOT
from learning.settings import Settings
from learning.wiring import EMAIL_TEMPLATES, SCHEDULE, TABLES, handlers
from tests.architecture.names import (
    COMMENT,
    foreign_names,
    identifiers,
    messages_of,
    prose,
    web_names,
)
from tests.architecture.vocabulary import (
    ALLOWED_FILES,
    ALLOWED_NAMES,
    FORBIDDEN_IN_NAMES,
    FORBIDDEN_IN_PROSE,
)

PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
CODE = [
    *sorted((ROOT / "learning").rglob("*.py")),
    *sorted((ROOT / "bench").rglob("*.py")),
    *sorted((ROOT / "migrations").rglob("*.py")),
]
TESTS = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "vendor" not in path.parts]
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
SHELL = [*sorted((ROOT / "tests").glob("*.sh")), *sorted((ROOT / "deploy").glob("*"))]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PROSE = re.compile(
    r"\b(?:" + "|".join(map(re.escape, sorted(FORBIDDEN_IN_PROSE))) + r")\b", re.IGNORECASE
)


def forbidden_parts(name: str) -> list[str]:
    """Return the forbidden parts of a name, none for an allowed one."""
    if name in ALLOWED_NAMES:
        return []
    return [part for part in map(str.lower, PART.findall(name)) if part in FORBIDDEN_IN_NAMES]


def in_names(names: Iterable[str]) -> list[str]:
    """Return “name: use …” for every name with a forbidden part."""
    return [
        f"{name}: use {FORBIDDEN_IN_NAMES[part]} for “{part}”"
        for name in names
        for part in forbidden_parts(name)
    ]


def in_prose(text: str) -> list[str]:
    """Return “word: use …” for every forbidden word of a text."""
    found = (" ".join(match[0].lower().split()) for match in PROSE.finditer(text))
    return [f"{word}: use {FORBIDDEN_IN_PROSE[word]}" for word in found]


def sentence(test: str) -> str:
    """Return the name of a test as the sentence that it is."""
    return test.removeprefix("test_").replace("_", " ")


def old_names_in_tests(source: str) -> list[str]:
    """Return the old words in a module of tests: its names as names, those of tests as prose."""
    names = identifiers(source) - foreign_names(source)
    tests = {each for each in names if each.startswith("test_")}
    return in_names(sorted(names - tests)) + in_prose("\n".join(map(sentence, sorted(tests))))


def is_checked(path: Path) -> bool:
    name = path.relative_to(ROOT).as_posix()
    return not any(name == each or name.startswith(f"{each}/") for each in ALLOWED_FILES)


def names_of_tables() -> set[str]:
    names = set()
    for table in TABLES.tables.values():
        names |= {table.name, *(column.name for column in table.columns)}
        names |= {str(each.name) for each in (*table.indexes, *table.constraints) if each.name}
    return names


def names_of_files() -> set[str]:
    folders = ("learning", "templates", "static", "bench", "tests", "migrations", "deploy")
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if path.is_file() and "vendor" not in path.parts and "__pycache__" not in path.parts
    }


def targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))


def subcommands(source: str) -> set[str]:
    """Return the names of the commands that learning/cli.py adds."""
    return set(re.findall(r"\badd\(\s*\"([a-z-]+)\"", source))


def test_no_identifier_has_an_old_word() -> None:
    found = {path: in_names(identifiers(path.read_text())) for path in CODE}
    assert {str(path): each for path, each in found.items() if each} == {}


def test_no_identifier_of_the_tests_has_an_old_word() -> None:
    found = {path: old_names_in_tests(path.read_text()) for path in TESTS if is_checked(path)}
    assert {str(path): each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_no_script_or_style_has_an_old_word(path: Path) -> None:
    source = path.read_text()
    assert in_names(web_names(source)) == []
    assert in_prose("\n".join(COMMENT.findall(source))) == []


def test_no_shell_script_or_shipped_setting_has_an_old_word() -> None:
    found = {path: in_prose(path.read_text()) for path in SHELL if path.is_file()}
    assert {str(path): each for path, each in found.items() if each} == {}


def test_no_table_column_or_index_has_an_old_word() -> None:
    assert in_names(names_of_tables()) == []


def test_no_route_endpoint_or_blueprint_has_an_old_word(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    assert in_names({each.rule for each in rules} | {each.endpoint for each in rules}) == []
    assert in_names(app.blueprints) == []


def test_no_file_has_an_old_word_in_its_name() -> None:
    assert in_names(names_of_files()) == []


def test_no_command_or_target_has_an_old_word() -> None:
    commands = subcommands((ROOT / "learning/cli.py").read_text())
    make = targets((ROOT / "Makefile").read_text())
    assert {"migrate", "worker"} <= commands
    assert {"check", "test"} <= make
    assert in_names(commands | make) == []


def test_no_kind_of_email_job_or_audit_entry_has_an_old_word() -> None:
    kinds = {*EMAIL_TEMPLATES, *handlers(Settings()), *AUDIT_LABELS}
    kinds |= {each.kind for each in SCHEDULE}
    assert in_names(kinds) == []


def test_no_docstring_or_comment_has_an_old_word() -> None:
    checked = [path for path in (*CODE, *TESTS) if is_checked(path)]
    found = {path: in_prose("\n".join(prose(path.read_text()))) for path in checked}
    assert {str(path): each for path, each in found.items() if each} == {}


def test_no_document_has_an_old_word() -> None:
    found = {path: in_prose(path.read_text()) for path in DOCUMENTS if is_checked(path)}
    assert {str(path): each for path, each in found.items() if each} == {}


def test_no_message_or_comment_of_a_template_has_an_old_word() -> None:
    found = {path: in_prose("\n".join(messages_of(path.read_text()))) for path in TEMPLATES}
    assert {str(path): each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("name", ["show_desk", "HeirForm", "MAIL_HOUSE", "/staff/desk/<edition>"])
def test_an_old_word_in_a_name_is_found(name: str) -> None:
    assert len(in_names([name])) == 1
    assert in_names(["show_staff_area", "SubstituteForm", "household", "classroom"]) == []


@pytest.mark.parametrize(
    "source",
    [
        "room = 1",
        "def carry_out(deed): ...",
        "class Refusal(Exception): ...",
        "from a import b as faults",
        "page.told",
        'f"{house} and {home}"',
    ],
)
def test_an_old_identifier_is_found(source: str) -> None:
    assert len(in_names(identifiers(source))) == 1


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("told = 1", 1),
        ("def test_a_role_is_given_once(): ...", 0),
        ("def test_the_desk_is_empty(): ...", 1),
        ("from hypothesis import given\n@given\ndef f(): ...", 0),
        ("from tests.world import given", 1),
    ],
)
def test_an_old_name_in_tests_is_found(source: str, number: int) -> None:
    assert len(old_names_in_tests(source)) == number


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("const told = [];", 1),
        ("// the server told us\nlet a = 'told';", 0),
        ('fetch("https://x.org/told"); told();', 1),
        (".gauges { color: red; }", 1),
        ("/* gauges */ .charts { }", 0),
    ],
)
def test_an_old_name_in_a_script_or_style_is_found(source: str, number: int) -> None:
    assert len(in_names(web_names(source))) == number


@pytest.mark.parametrize(
    "source",
    [
        '"""The room of applications."""',
        "x = 1  # whoever asks",
        'x = 1\n"""What the desk shows."""',
        'def f():\n    """Ask whoever\n    is there."""',
    ],
)
def test_an_old_word_in_prose_is_found(source: str) -> None:
    assert len(in_prose("\n".join(prose(source)))) == 1


@pytest.mark.parametrize(
    "template", ['{{ _("Open the desk") }}', "{# the rooms #}", "{#- whoever reads -#}"]
)
def test_an_old_word_in_a_template_is_found(template: str) -> None:
    assert len(in_prose("\n".join(messages_of(template)))) == 1


def test_an_old_target_or_command_is_found() -> None:
    assert in_names(targets("check: all\n\npapers:\n\ttrue\n")) != []
    assert in_names(subcommands('add("mended", run, "x")\nadd(\n    "rooms", run, "y")')) != []


def test_every_exception_is_needed() -> None:
    names = set().union(*(identifiers(path.read_text()) for path in CODE))
    names |= set().union(*(web_names(path.read_text()) for path in (*SCRIPTS, *STYLES)))
    names |= subcommands((ROOT / "learning/cli.py").read_text())
    assert set(ALLOWED_NAMES) <= names
    assert [each for each in ALLOWED_FILES if not (ROOT / each).exists()] == []


def words(mapping: Mapping[str, str]) -> list[str]:
    return [word for word, instead in mapping.items() if not instead.strip()]


def test_every_word_has_one_to_use_instead() -> None:
    assert words(FORBIDDEN_IN_NAMES) == words(FORBIDDEN_IN_PROSE) == []
    assert all(forbidden_parts(f"old_{word}") == [word] for word in FORBIDDEN_IN_NAMES)
