"""A page of the board asks the database for nothing twice."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import waitlist
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from tests.admissions.factories import NOW, in_state
from tests.conftest import RolledBack
from tests.world import World, sign_in

BOARD = "/en/staff/editions/reintegration-open/applications/"
LISTS = ("", "?state=waitlisted", "waitlist", "offers", "../statistics/", "../people/")
DECISIONS = {
    ApplicationState.UNDER_REVIEW: ("decide/accept", "decide/waitlist", "decide/decline"),
    ApplicationState.WAITLISTED: ("decide/decline",),
    ApplicationState.ACCEPTED: ("decide/cancel", "confirm/lapse"),
    ApplicationState.ENROLLED: ("decide/cancel", "transfers/transfer", "transfers/substitute"),
}


@pytest.fixture
def statements(database: RolledBack) -> Iterator[Counter[str]]:
    """What was asked of the database how often: statements with their values."""
    seen = Counter[str]()

    def note(_c: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen[f"{statement} {values}"] += 1

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def repeated(client: FlaskClient, statements: Counter[str], path: str) -> list[str]:
    """Return what a page asks more than once; it is opened once before, for what is cached."""
    assert client.get(path).status_code == 200, path
    statements.clear()
    assert client.get(path).status_code == 200
    assert len(statements) > 2
    return [statement for statement, times in statements.items() if times > 1]


def candidates(session: Session, world: World) -> dict[ApplicationState, Application]:
    made = {state: in_state(session, world, state) for state in DECISIONS}
    in_state(session, world, ApplicationState.WAITLISTED)
    waitlist.offer_free_seats(session, world.open.id, now=NOW)
    session.commit()
    return made


@pytest.mark.parametrize("path", LISTS)
def test_a_list_loads_everything_once(
    registrar: FlaskClient, session: Session, world: World, statements: Counter[str], path: str
) -> None:
    candidates(session, world)
    address = f"{BOARD}{path}".replace("applications/../", "")
    assert repeated(registrar, statements, address) == []


@pytest.mark.parametrize("state", DECISIONS)
def test_a_candidate_and_the_decisions_load_everything_once(
    registrar: FlaskClient,
    session: Session,
    world: World,
    statements: Counter[str],
    state: ApplicationState,
) -> None:
    reference = candidates(session, world)[state].reference
    for path in ("", *DECISIONS[state]):
        page = f"{BOARD}{reference}/{path}".rstrip("/")
        assert repeated(registrar, statements, page) == [], path
