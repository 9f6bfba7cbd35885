"""What keeps a view from doing a thing twice, or over another, read off its syntax tree.

Looked at are the view and the functions of its pages that it calls: which form takes what was sent,
and what is done with the form.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import lru_cache
from textwrap import dedent
from types import FunctionType, ModuleType
from typing import Any

from flask import Flask
from wtforms import Form as WTForm

from learning.access.form_post import FormPost
from learning.accounts.actions import AccountDecision
from learning.admissions.commands.transitions import TransitionRequest
from learning.enrolment.commands import EnrolmentChange
from learning.kit import idempotency, rate_limit
from learning.kit.db import rollback_changes
from learning.kit.forms import CreateForm
from learning.kit.versions import VersionedForm

KEY = "a key"
FORM, ROW = "the version of a form", "the version of a row"
SENT_VERSION = ("request.form.get('version'", "form.version.data", "form.known_version")
PAGES = (".views", ".staff", ".pages", ".candidate", ".sponsor")  # folders of pages
STEPS = (
    idempotency.claim_key,
    idempotency.store_response_url,
    rate_limit.check_and_count,
    rate_limit.consume,
    rollback_changes,
)
DEEP = 4  # calls from a view to what reads the form


def plain(view: Callable[..., Any]) -> FunctionType:
    """Return a view without what is wrapped around it."""
    found = inspect.unwrap(view)
    assert isinstance(found, FunctionType)
    return found


@lru_cache
def body_of(function: FunctionType) -> ast.AST:
    return ast.parse(dedent(inspect.getsource(function)))


def calls(function: FunctionType) -> list[ast.Call]:
    return [node for node in ast.walk(body_of(function)) if isinstance(node, ast.Call)]


def value_of(node: ast.AST, names: dict[str, Any]) -> Any:
    """Return what a name, or a name of a module, stands for; None if that is not known."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = value_of(node.value, names)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return None


def functions_of(view: FunctionType, deep: int = DEEP) -> Iterator[FunctionType]:
    """Yield a view and the functions of the same pages that it calls."""
    yield view
    for node in ast.walk(body_of(view)) if deep else ():
        called = value_of(node, view.__globals__)
        if isinstance(called, FunctionType) and is_near(called, view) and called is not view:
            yield from functions_of(plain(called), deep - 1)


def is_near(called: FunctionType, view: FunctionType) -> bool:
    """Whether a function belongs to the pages of a view: the same module or folder of pages."""
    here, there = view.__module__, called.__module__
    folder = here.rpartition(".")[0]
    return there == here or (folder.endswith(PAGES) and there.startswith(folder))


def holds_what_was_sent(node: ast.AST) -> bool:
    return any(
        isinstance(each, ast.Attribute) and ast.unparse(each) == "request.form"
        for each in ast.walk(node)
    )


def forms_in(node: ast.expr, function: FunctionType, deep: int = 2) -> Iterator[type[WTForm]]:
    """Yield the forms that an expression makes: by their class, from a table, in a function."""
    found = value_of(node, function.__globals__)
    if isinstance(node, ast.Subscript):
        found = value_of(node.value, function.__globals__)
    for each in found.values() if isinstance(found, dict) else [found]:
        if isinstance(each, type) and issubclass(each, WTForm):
            yield each
    if isinstance(found, FunctionType) and deep:
        for call in calls(found):
            yield from forms_in(call.func, found, deep - 1)


def forms_of(view: FunctionType) -> set[type[WTForm]]:
    """Return the forms that take what was sent to a view."""
    found = set()
    for function in functions_of(view):
        for call in calls(function):
            if not any(map(holds_what_was_sent, call.args)):
                continue
            if ast.unparse(call.func).endswith(".process"):  # a form that was made before
                made = [
                    each.func for each in ast.walk(body_of(function)) if isinstance(each, ast.Call)
                ]
            else:
                made = [call.func]
            found |= {form for each in made for form in forms_in(each, function)}
    return found


def compares_a_version(function: FunctionType) -> bool:
    """Whether a function compares a version that was sent itself."""
    return any(
        isinstance(node, ast.Compare) and any(each in ast.unparse(node) for each in SENT_VERSION)
        for node in ast.walk(body_of(function))
    )


def protocol_of(view: Callable[..., Any]) -> FormPost | None:
    """Return how a view takes what is sent, None if it does that by hand."""
    return getattr(view, "form_post", None)


def by_hand(view: Callable[..., Any]) -> set[str]:
    """Return the steps of the protocol that a view, or a function that it calls, takes itself."""
    return {
        f"{function.__module__}.{function.__name__}"
        for function in functions_of(plain(view))
        for node in ast.walk(body_of(function))
        if (isinstance(node, ast.Call) and value_of(node.func, function.__globals__) in STEPS)
        or (isinstance(node, ast.Attribute) and node.attr == "rollback")
    }


def guards_of(view: Callable[..., Any]) -> set[str]:
    """Return what keeps a view from doing a thing twice, or over another."""
    protocol = protocol_of(view)
    found = {KEY} if protocol is not None and protocol.idempotent else set()
    for function in functions_of(plain(view)):
        if compares_a_version(function):
            found.add(ROW)
        for call in calls(function):
            called = value_of(call.func, function.__globals__)
            if isinstance(call.func, ast.Attribute) and call.func.attr == "is_current":
                found.add(FORM)
            if ast.unparse(call.func) == "form.values" and hands_on_a_version(plain(view)):
                found.add(ROW)
            if (
                is_transition_request(called)
                and not is_transition_request(function)
                and gives_a_version(call)
            ):
                found.add(ROW)
    return found


def is_transition_request(called: object) -> bool:
    """Whether this makes a request for a change, which compares the version it carries."""
    return (
        called in (TransitionRequest, EnrolmentChange, AccountDecision)
        or getattr(called, "__name__", "") == "transition_request"
    )


def hands_on_a_version(view: FunctionType) -> bool:
    """Whether the values that a form hands to an action have the version in them."""
    hand_on = (getattr(form, "values", None) for form in forms_of(view))
    return any(each and "self.version" in inspect.getsource(each) for each in hand_on)


def gives_a_version(call: ast.Call) -> bool:
    return any(
        each.arg == "version" and not isinstance(each.value, ast.Constant) for each in call.keywords
    )


def guards(app: Flask) -> dict[str, tuple[set[type[WTForm]], set[str]]]:
    """Return, for each route that takes a form, which forms it takes and what guards it."""
    return {
        endpoint: (forms_of(plain(view)), guards_of(view)) for endpoint, view in posts(app).items()
    }


def posts(app: Flask) -> dict[str, Callable[..., Any]]:
    """Return the views that take what is sent, by endpoint."""
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    return {endpoint: app.view_functions[endpoint] for endpoint in sorted(found)}


def unkept(forms: set[type[WTForm]], guarded: set[str]) -> set[str]:
    """Return what the forms of a view carry, and the view does not look at."""
    left = set()
    for form in forms:
        creates, changes = issubclass(form, CreateForm), issubclass(form, VersionedForm)
        if creates and changes:  # one form to make a thing and to change it
            left |= set() if guarded & {KEY, FORM} else {KEY}
        elif creates:
            left |= {KEY} - guarded
        elif changes:
            left |= {FORM} - guarded
        elif hasattr(form, "version"):
            left |= {ROW} - guarded
    return left


def unfounded(forms: set[type[WTForm]], guarded: set[str]) -> set[str]:
    """Return what a view looks at, and none of its forms carries."""
    carried = {KEY} if any(issubclass(form, CreateForm) for form in forms) else set()
    carried |= {FORM} if any(issubclass(form, VersionedForm) for form in forms) else set()
    return (guarded & {KEY, FORM}) - carried
