"""Each package has a label, in three languages, for what it records in the audit trail.

The names of actions are read off the calls of `record` and `record_all`, and off each `Export`,
whose action `learning/files/sheets.py` records. A name with a state or an
event in it stands for as many actions as its enumeration has members.
"""

import ast
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import pytest

from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import EditionStatus
from learning.enrolment.rules import EnrolmentEvent
from learning.fees.rules.card_states import CardSessionState
from learning.fees.rules.refunds import RefundEvent
from learning.labels import AUDIT_LABELS
from learning.paths import ROOT
from tests.messages import LANGUAGES, catalogue

MODULES = {
    path: ast.parse(path.read_text())
    for path in sorted((ROOT / "learning").rglob("*.py"))
    if path.parent.name != "audit"
}
RECORDS = {"record", "record_all"}
OWN_RECORD = "_record"
"""The name of a module's own function that records: the action is the text among its arguments."""
PASSED_ON = "export.action"
FAMILIES = {
    "application {request.event}": ApplicationEvent,
    "card payment {card_session.state}": set(CardSessionState) - {"created", "open"},
    "edition {status}": EditionStatus,
    "enrolment {change.event}": EnrolmentEvent,
    "enrolment {event}": EnrolmentEvent,
    "refund {event}": RefundEvent,
}
"""Which enumeration is put into the name of an action."""


def package_of(path: Path) -> str:
    return path.relative_to(ROOT / "learning").parts[0]


def recorded(package: str) -> set[str]:
    """Return the names of all actions that a package records."""
    trees = [tree for path, tree in MODULES.items() if package_of(path) == package]
    functions = [
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    return {name for each in functions for name in names_in(each)}


def names_in(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and called(node) in RECORDS:
            if ast.unparse(node.args[1]) != PASSED_ON:
                yield from names_of(node.args[1], function)
        elif isinstance(node, ast.Call) and called(node) == OWN_RECORD:
            yield from names_among(node.args, function)
        elif isinstance(node, ast.Call) and called(node) == "Export":
            (action,) = (each.value for each in node.keywords if each.arg == "action")
            yield from names_of(action, function)


def called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def names_of(node: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    """Yield what an expression may be; fail on what cannot be read."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from names_of(node.body, function)
        yield from names_of(node.orelse, function)
    elif isinstance(node, ast.Name):
        for each in ast.walk(function):
            if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == node.id:
                yield from names_of(each.value, function)
    elif isinstance(node, ast.Subscript):
        yield from values_of(ast.unparse(node.value))
    else:
        source = ast.unparse(node)[2:-1]
        assert source in FAMILIES, f"which actions are {source}?"
        fixed = source.partition("{")[0]
        yield from (f"{fixed}{member}" for member in FAMILIES[source])


def names_among(arguments: Sequence[ast.expr], function: ast.FunctionDef) -> Iterator[str]:
    for each in arguments:
        if isinstance(each, (ast.Constant, ast.IfExp)):
            yield from names_of(each, function)
        elif isinstance(each, ast.Name):
            yield from chosen(each.id, function)


def chosen(name: str, function: ast.FunctionDef) -> Iterator[str]:
    """Yield what a name is, if it is one of two texts."""
    for each in ast.walk(function):
        is_choice = isinstance(each, ast.Assign) and isinstance(each.value, ast.IfExp)
        if is_choice and ast.unparse(each.targets[0]) == name:
            yield from names_of(each.value, function)


def values_of(name: str) -> Iterator[str]:
    """Yield the values of a dictionary of actions, which a module names."""
    for tree in MODULES.values():
        for each in tree.body:
            target = each.targets[0] if isinstance(each, ast.Assign) else None
            target = each.target if isinstance(each, ast.AnnAssign) else target
            if target and ast.unparse(target) == name and isinstance(each.value, ast.Dict):
                yield from (ast.literal_eval(value) for value in each.value.values)


def labels_of(package: str) -> dict[str, str]:
    if not (ROOT / "learning" / package / "audit_labels.py").exists():
        return {}
    labels: dict[str, str] = import_module(f"learning.{package}.audit_labels").AUDIT_LABELS
    return labels


PACKAGES = sorted({package_of(path) for path in MODULES if path.parent.name != "learning"})


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_has_labels_for_exactly_what_it_records(package: str) -> None:
    assert labels_of(package).keys() == recorded(package)


def test_wiring_gathers_the_labels_of_all_packages() -> None:
    every = [labels_of(package) for package in PACKAGES]
    assert sum(map(len, every)) == len(AUDIT_LABELS)
    assert {action: label for each in every for action, label in each.items()} == AUDIT_LABELS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_translated(language: str) -> None:
    words = catalogue(language)
    found = {label: words.get(label) for label in AUDIT_LABELS.values()}
    assert [label for label, message in found.items() if not (message and message.string)] == []


def test_every_call_that_records_is_read() -> None:
    """No call stands outside functions, and none is made under another name."""
    for path, tree in MODULES.items():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        inside = {
            id(call)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            for call in ast.walk(node)
        }
        assert all(id(call) in inside for call in calls if called(call) in RECORDS), path
        aliases = [
            each.asname
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "learning.audit.actions"
            for each in node.names
        ]
        assert not any(aliases), path
