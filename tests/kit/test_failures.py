"""A full disk is a page of its own, in the reader's language, and nothing is half written."""

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg.errors
import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from learning import wiring
from learning.app import create_app
from learning.audit.models import AuditEntry
from learning.cli import main
from learning.files.storage import FolderStorage, new_key
from learning.kit.engines import make_engine
from learning.kit.failures import status_of
from learning.lessons.models import Note
from learning.mail.mime import EmailMessage
from learning.mail.senders import FolderSender
from learning.settings import Settings
from tests.conftest import CACHE
from tests.world import RUNNING, sign_in

NOTE = f"editions/{RUNNING}/lessons/m4-l1/notes/levels"
TITLES = {
    "en": "There is no room left to save this",
    "fr": "Il n’y a plus de place pour enregistrer cela",
    "es": "Ya no queda espacio para guardar esto",
}


@contextmanager
def not_testing(app: Flask) -> Iterator[None]:
    """Have failures answered as they are for people."""
    app.testing = False
    try:
        yield
    finally:
        app.testing = True


@contextmanager
def no_space_for(table: str, engine: object, failure: Exception) -> Iterator[None]:
    def refuse(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(f"INSERT INTO {table}"):
            raise failure

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("language", TITLES)
def test_a_write_on_a_full_disk_is_a_page_that_says_so(
    app: Flask, session, world, database, language
) -> None:
    client = sign_in(app, session, world.awa)
    failure = psycopg.errors.DiskFull("could not extend file: No space left on device")
    with not_testing(app), no_space_for("notes", database.engine, failure):
        typed = {"body": "Voir la mairie", "version": "0"}
        answer = client.post(f"/{language}/{NOTE}", data=typed)
    assert answer.status_code == 507
    assert TITLES[language] in answer.text
    assert session.scalar(select(func.count()).select_from(Note)) == 0


def test_too_much_at_once_is_a_503_that_says_when_to_come_again(
    app: Flask, session, world, database
) -> None:
    client = sign_in(app, session, world.awa)
    failure = psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")
    with not_testing(app), no_space_for("notes", database.engine, failure):
        answer = client.post(f"/fr/{NOTE}", data={"body": "x", "version": "0"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_sqlite_without_room_changes_nothing(tmp_path, monkeypatch) -> None:
    """A database that may grow no more: SQLite itself says “database or disk is full”."""
    url = f"sqlite:///{tmp_path}/own.sqlite"
    monkeypatch.setenv("LEARNING_DATABASE_URL", url)
    monkeypatch.setenv("LEARNING_CACHE", str(CACHE))
    assert main(["migrate"]) == main(["load-demo"]) == 0
    shutil.copy(tmp_path / "own.sqlite", tmp_path / "before.sqlite")
    engine = make_engine(url)

    @event.listens_for(engine, "connect")
    def shut(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    app = create_app(Settings(database_url=url, cache=CACHE), wiring.database(engine))
    visitor = app.test_client()
    visitor.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    long = [{"name": "x" * 100, "email": f"a{n}@example.org"} for n in range(50)]
    codes = {visitor.post("/en/account/sign-up", data=each).status_code for each in long}
    with wiring.database(engine).read_transaction() as session:
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert session.scalar(select(func.count()).select_from(AuditEntry))
    engine.dispose()
    assert 507 in codes
    assert 500 not in codes


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """Have the system refuse what makes a file larger, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_is_stored_whole_or_not_at_all(tmp_path) -> None:
    storage, key = FolderStorage(root=tmp_path), new_key()
    with files_limited_to(4096), pytest.raises(OSError, match="too large") as full:
        storage.put(key, b"x" * 8192)
    assert status_of(full.value) == 507
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_half_a_piece_is_none(tmp_path) -> None:
    storage, key = FolderStorage(root=tmp_path), new_key()
    assert storage.append(key, 0, b"x" * 3000)
    with files_limited_to(4096), pytest.raises(OSError, match="too large"):
        storage.append(key, 3000, b"y" * 3000)
    assert storage.size(key) == 3000
    assert storage.append(key, 3000, b"z" * 3000)
    with storage.open(key) as whole:
        assert whole.read() == b"x" * 3000 + b"z" * 3000


def test_half_a_letter_is_none(tmp_path) -> None:
    letter = EmailMessage()
    letter["Message-ID"] = "<one@example.org>"
    letter.set_content("x" * 8000)
    sender = FolderSender(folder=tmp_path)
    with files_limited_to(4096), pytest.raises(OSError, match="too large"):
        sender.send(letter, envelope_from="a@example.org", to="b@example.org")
    assert list(tmp_path.iterdir()) == []


def wrapped(orig: BaseException) -> OperationalError:
    return OperationalError("INSERT", {}, orig)


def of_sqlite(code: int) -> sqlite3.OperationalError:
    failure = sqlite3.OperationalError("no")
    failure.sqlite_errorcode = code
    return failure


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (None, 500),
        (ValueError("x"), 500),
        (OSError(28, "No space left on device"), 507),
        (OSError(122, "Disk quota exceeded"), 507),
        (OSError(13, "Permission denied"), 500),
        (wrapped(of_sqlite(13)), 507),
        (wrapped(of_sqlite(5)), 503),
        (wrapped(of_sqlite(261)), 503),
        (wrapped(of_sqlite(10)), 500),
        (wrapped(psycopg.errors.DiskFull("x")), 507),
        (wrapped(psycopg.errors.LockNotAvailable("x")), 503),
        (wrapped(psycopg.errors.DeadlockDetected("x")), 503),
        (wrapped(psycopg.errors.QueryCanceled("x")), 503),
        (wrapped(psycopg.errors.UndefinedTable("x")), 500),
    ],
)
def test_each_failure_has_its_status(failure, status) -> None:
    assert status_of(failure) == status
