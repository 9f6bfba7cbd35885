"""Behind PgBouncer in transaction mode: more clients than connections to the server."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event, func, select, text

from learning import wiring
from learning.accounts.actions import set_password
from learning.accounts.passwords import hash_password
from learning.app import create_app
from learning.cli import migrate_to_head
from learning.content.course import Course
from learning.jobs import actions
from learning.jobs.models import Job, JobState
from learning.jobs.worker import Task, Worker
from learning.kit.database import Database
from learning.lessons.models import Note
from learning.participants.commands import enrol
from learning.settings import Settings
from tests.conftest import CACHE
from tests.databases import own_database
from tests.deploy import pooler
from tests.deploy.pooler import Limits
from tests.world import NOW, make_person, make_world

CLIENTS, SERVER_CONNECTIONS = 8, 2
TIMEOUT = 60  # seconds that a thread may wait before the test gives up on it
PASSWORD = "walnut harbour twelve"
LESSON = "/fr/editions/reintegration-running/lessons/m4-l1"
TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")

pytestmark = pytest.mark.skipif(
    not pooler.can_exist(), reason="there are no Debian packages here, so there is no PgBouncer"
)


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """A database behind PgBouncer: settings that lead through it, its address without it."""

    settings: Settings
    database: Database
    direct: Engine

    def server_connections(self) -> int:
        """Return how many connections of PgBouncer the server has now."""
        query = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with self.direct.connect() as connection:
            return int(connection.scalar(query) or 0)


@pytest.fixture
def limits() -> Limits:
    return Limits(server_connections=SERVER_CONNECTIONS)


@pytest.fixture
def pooled(
    database_kind: str, database_url: str, tmp_path: Path, limits: Limits
) -> Iterator[Pooled]:
    if database_kind != "postgresql":
        pytest.skip("this is the SQLite run")
    assert pooler.pgbouncer(), "run tests/pgbouncer.sh"
    with (
        own_database(database_kind, database_url, tmp_path) as url,
        pooler.running(url, tmp_path, limits) as through,
    ):
        settings = Settings(
            database_url=through,
            prepare_threshold=0,
            pool_size=CLIENTS,
            secret_key="only for tests",
            files=tmp_path / "files",
            cache=CACHE,
        )
        engine = wiring.engine(settings)
        database, direct = wiring.database(engine), create_engine(psycopg_url(url))
        migrate_to_head(database)
        yield Pooled(settings=settings, database=database, direct=direct)
        engine.dispose()
        direct.dispose()


def psycopg_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def shown(connection: object) -> list[str]:
    return [str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in TIMEOUTS]


def test_every_transaction_has_its_time_outs_and_leaves_none_behind(pooled: Pooled) -> None:
    """Six clients take turns on two connections to the server."""
    clients = [pooled.database.engine.execution_options(begin="IMMEDIATE") for _ in range(6)]
    opened = [each.connect() for each in clients]
    pids = set()
    for _ in range(3):
        for connection in opened:
            with connection.begin():
                pids.add(connection.scalar(text("SELECT pg_backend_pid()")))
                assert shown(connection) == ["15s", "3s", "30s"]
    for connection in opened:
        raw = connection.connection.driver_connection
        assert [raw.execute(f"SHOW {name}").fetchone() for name in TIMEOUTS] == [("0",)] * 3
        connection.close()
    assert 1 <= len(pids) <= SERVER_CONNECTIONS


class Meeting:
    """Lets each client, once it says so, wait with its next connection until all have one."""

    def __init__(self, engine: Engine) -> None:
        self.all_connected = threading.Barrier(CLIENTS, timeout=TIMEOUT)
        self.mine = threading.local()
        event.listen(engine, "checkout", self.wait)

    def call(self) -> None:
        self.mine.waits = True

    def wait(self, *_: object) -> None:
        if getattr(self.mine, "waits", False):
            self.mine.waits = False
            self.all_connected.wait()


def people(pooled: Pooled, course: Course) -> list[str]:
    """Write participants down; return their addresses."""
    hashed = hash_password(PASSWORD)
    with pooled.database.transaction() as session:
        world = make_world(session, course)
        made = [
            make_person(session, f"Person{each} Kone", language="fr") for each in range(CLIENTS)
        ]
        for person in made:
            enrol(session, world.running, person, by=None, now=NOW)
            set_password(session, person, hashed, now=NOW)
        return [person.email for person in made]


def study(app: Flask, email: str, meeting: Meeting) -> list[int]:
    """Sign in, read a lesson, write a note, read it; return the statuses."""
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    signed_in = client.post("/fr/account/sign-in", data={"email": email, "password": PASSWORD})
    meeting.call()
    read = client.get(LESSON)
    noted = client.post(f"{LESSON}/notes/levels", data={"body": f"by {email}", "version": "0"})
    again = client.get("/fr/editions/reintegration-running/notes")
    assert f"by {email}" in again.text
    return [each.status_code for each in (signed_in, read, noted, again)]


def test_people_study_and_jobs_are_done_behind_it(pooled: Pooled, course: Course) -> None:
    emails = people(pooled, course)
    app = create_app(pooled.settings, pooled.database)
    app.testing = True
    message: list[str] = []
    with pooled.database.transaction() as session:
        for email in emails:
            actions.add_job(session, actions.NewJob(kind="say", payload={"to": email}, now=NOW))
    meeting = Meeting(pooled.database.engine)
    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = list(pool.map(lambda email: study(app, email, meeting), emails))
    assert statuses == [[303, 200, 303, 200]] * CLIENTS

    def say(task: Task) -> None:
        with task.database.transaction() as session:
            message.append(str(session.scalar(select(func.max(Note.body)))))
        task.extend()

    handlers = wiring.handlers(pooled.settings) | {"say": say}
    worker = Worker(database=pooled.database, handlers=handlers, clock=lambda: datetime.now(UTC))
    while worker.step():
        pass
    assert len(message) == CLIENTS
    with pooled.database.read_transaction() as session:
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}
        notes = session.scalars(select(Note.body)).all()
    assert sorted(notes) == sorted(f"by {email}" for email in emails)
    assert 1 <= pooled.server_connections() <= SERVER_CONNECTIONS


@pytest.mark.parametrize("limits", [Limits(server_connections=1, wait_seconds=1)])
def test_who_waits_too_long_for_a_connection_reads_503(pooled: Pooled) -> None:
    app = create_app(pooled.settings, pooled.database)
    with pooled.database.transaction() as session:
        session.execute(text("SELECT 1"))  # has the only connection to the server
        answer = app.test_client().get("/fr/")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert app.test_client().get("/fr/").status_code == 200
