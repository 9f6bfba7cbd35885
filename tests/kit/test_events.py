"""Facts reach those who react, in order; a wrong wiring fails, here or in mypy.

`make lint` types this file: each `type: ignore` below is an error that mypy has to find, since one
that is not needed is an error itself (`warn_unused_ignores`).
"""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from pkgutil import walk_packages

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import learning
from learning import wiring
from learning.kit.database import Database
from learning.kit.events import EventHandlers, publish_event

heard: list[str] = []


@dataclass(frozen=True, kw_only=True)
class Opened:
    name: str


@dataclass(frozen=True, kw_only=True)
class Closed:
    name: str


def note_opened(_session: Session, fact: Opened) -> None:
    heard.append(f"opened {fact.name}")


def note_again(_session: Session, fact: Opened) -> None:
    heard.append(f"again {fact.name}")


def note_any(_session: Session, fact: object) -> None:
    heard.append(type(fact).__name__)


def takes_no_session(fact: Opened) -> None:
    heard.append(fact.name)


def test_everybody_reacts_in_the_order_of_the_table(engine: Engine) -> None:
    heard.clear()
    handlers = EventHandlers().on(Opened, note_opened, note_again).on(Closed, note_any)
    with Database(engine, handlers).read_transaction() as session:
        publish_event(session, Opened(name="a"))
        publish_event(session, Closed(name="b"))
    assert heard == ["opened a", "again a", "Closed"]


def test_mypy_refuses_a_handler_of_another_event() -> None:
    EventHandlers().on(Closed, note_opened)  # type: ignore[arg-type]
    EventHandlers().on(Opened, note_any, note_opened).on(Closed, note_any, note_again)  # type: ignore[arg-type]
    EventHandlers().on(Opened, takes_no_session)  # type: ignore[arg-type]


def test_a_database_without_handlers_cannot_be_made(engine: Engine) -> None:
    with pytest.raises(TypeError, match="event_handlers"):
        Database(engine)  # type: ignore[call-arg]


def test_a_session_that_has_no_handlers_publishes_nothing(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(RuntimeError, match="no event handlers"):
        publish_event(session, Opened(name="a"))


def test_a_fact_that_nobody_wired_is_not_lost_in_silence(engine: Engine) -> None:
    nobody = Database(engine, EventHandlers())
    with (
        nobody.read_transaction() as session,
        pytest.raises(LookupError, match="Opened is not in the table"),
    ):
        publish_event(session, Opened(name="a"))
    with pytest.raises(ValueError, match="Opened stands in the table already"):
        EventHandlers().on(Opened).on(Opened, note_opened)


def announced() -> set[type]:
    """Return the facts that the program announces: made in the call, or under a name before it."""
    found: set[type] = set()
    for each in walk_packages(learning.__path__, "learning."):
        module = import_module(each.name)
        for function in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(function, ast.FunctionDef) and each.name != "learning.kit.events":
                found |= {attrgetter(name)(module) for name in announced_in(function)}
    return found


def announced_in(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the names of the classes whose values a function announces."""
    nodes = list(ast.walk(function))
    values = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "publish_event":
            fact = node.args[1]
            made = values[fact.id] if isinstance(fact, ast.Name) else fact
            assert isinstance(made, ast.Call), ast.unparse(node)
            chosen = values.get(ast.unparse(made.func), made.func)  # one of two classes by a name
            classes = [chosen.body, chosen.orelse] if isinstance(chosen, ast.IfExp) else [chosen]
            yield from map(ast.unparse, classes)


def test_every_fact_that_is_announced_is_wired() -> None:
    assert announced()
    assert wiring.EVENT_HANDLERS.events() == announced()


def test_sessions_of_tests_react_as_those_of_the_program(session: Session) -> None:
    assert wiring.EVENT_HANDLERS in session.info.values()
