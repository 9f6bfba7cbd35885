"""What the rules refuse has a code, and each code a sentence in every language."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask

from learning.admissions.problems import EditionChangeProblem
from learning.admissions.rules.transitions import TransitionGuard
from learning.kit.errors import RuleViolation, code_name
from learning.kit.i18n import i18n_for
from learning.kit.labels import label_of, message_in
from learning.kit.pages import message_of
from learning.settings import ROOT
from learning.wiring import LABELS
from tests.messages import LANGUAGES, catalogue

SENTENCES = LABELS[str, "refusal"]
CODE = re.compile(r"[A-Z]\w*(?:Problem|Guard|Error)\.[A-Z_]+")
VARIABLES = {"problem", "unmet", "error"}
"""What a rule returned: an enumeration's member, as the type says."""
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def violations(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "RuleViolation":
            yield node


def code_of(call: ast.Call) -> str:
    return ast.unparse(call.args[0]).removeprefix("transitions.")


def codes_in(source: str) -> set[str]:
    return {code_of(call) for call in violations(source)}


def every_file() -> list[Path]:
    return sorted((ROOT / "learning").rglob("*.py"))


def codes_raised() -> set[str]:
    return {code for path in every_file() for code in codes_in(path.read_text())}


def test_every_refusal_has_a_code() -> None:
    odd = {code for code in codes_raised() if not CODE.fullmatch(code)}
    assert odd == VARIABLES


def test_a_sentence_instead_of_a_code_is_found() -> None:
    (found,) = codes_in('raise RuleViolation(N_("Nobody closes their own account here."))')
    assert not CODE.fullmatch(found)
    (found,) = codes_in("raise RuleViolation(EditionProblem.CODE_TAKEN, field='code')")
    assert CODE.fullmatch(found)


def test_every_code_that_is_raised_has_a_sentence() -> None:
    known = {name.lower() for name in SENTENCES}
    raised = {code.lower() for code in codes_raised() if CODE.fullmatch(code)}
    assert len(raised) > 30
    assert raised <= known


def test_every_enumeration_of_problems_has_sentences() -> None:
    """One that rules use, and that no label names, could not be said."""
    used = {code.partition(".")[0] for code in codes_raised() if CODE.fullmatch(code)}
    assert used <= {kind.__name__ for kind, use in LABELS if not use}


def test_no_two_codes_have_one_name() -> None:
    kinds = [kind for kind, use in LABELS if issubclass(kind, StrEnum) and not use]
    names = [
        code_name(member)
        for kind in kinds
        for member in LABELS[kind, ""]
        if isinstance(member, kind)
    ]
    assert len(names) == len(set(names)) == len(SENTENCES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_with_what_it_mentions(language: str) -> None:
    words = catalogue(language)
    for text in SENTENCES.values():
        message = words.get(text)
        assert message, text
        assert message.string, text
        assert set(PLACEHOLDER.findall(str(message.string))) == set(PLACEHOLDER.findall(text))


def test_a_violation_carries_what_its_sentence_mentions() -> None:
    for path in every_file():
        for call in violations(path.read_text()):
            code = code_of(call)
            if not CODE.fullmatch(code):
                continue
            text = {name.lower(): text for name, text in SENTENCES.items()}[code.lower()]
            data = {each.arg for each in call.keywords} - {"field"}
            assert data == set(PLACEHOLDER.findall(text)), code


def test_a_violation_is_said_in_the_language_of_the_reader(app: Flask) -> None:
    taken = RuleViolation(EditionChangeProblem.SEATS_TAKEN, field="capacity", taken=4)
    assert message_in(LABELS, taken, i18n_for("en")).startswith("4 places are taken")
    with app.test_request_context("/en/"):
        assert message_of(taken) == message_in(LABELS, taken, i18n_for("en"))
    assert str(taken) == "EditionChangeProblem.seats_taken"


def test_what_is_stored_of_a_refusal_is_said_on_a_page() -> None:
    stored = code_name(TransitionGuard.SEAT_LEFT)
    assert stored == "TransitionGuard.seat_left"
    assert label_of(LABELS, stored, "refusal") == "No seat is left in this edition."


def test_no_page_shows_the_code_of_a_refusal() -> None:
    """`str(error)` of a violation is for logs."""
    shown = re.compile(r"str\((?:refusal|violation)\)")
    found = {str(path.relative_to(ROOT)) for path in every_file() if shown.search(path.read_text())}
    assert found <= {"learning/files/views.py"}
