"""Both engines are set up as the design says."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from learning.audit.models import AuditEntry
from learning.catalogue.models import Edition, EditionStatus
from learning.kit import db
from learning.kit.database import Database, end_read
from learning.kit.engines import journal_mode, make_engine
from learning.kit.events import EventHandlers
from learning.kit.money import Money
from tests.world import make_edition


@pytest.mark.parametrize(
    ("version", "allowed", "expected"),
    [
        ((3, 40, 1), False, "TRUNCATE"),
        ((3, 51, 2), False, "TRUNCATE"),
        ((3, 51, 3), False, "WAL"),
        ((3, 52, 0), False, "WAL"),
        ((3, 40, 1), True, "WAL"),
    ],
)
def test_the_write_ahead_log_is_used_where_it_is_sound(version, allowed, expected) -> None:
    assert journal_mode(version, allow_old_wal=allowed) == expected


def test_the_profile_of_sqlite(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/made/here.sqlite")
    with engine.connect() as connection:
        messages = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("foreign_keys", "synchronous", "busy_timeout", "trusted_schema")
        }
        journal = connection.execute(text("PRAGMA journal_mode")).scalar()
    engine.dispose()
    assert messages == {
        "foreign_keys": 1,
        "synchronous": 2,
        "busy_timeout": 15000,
        "trusted_schema": 0,
    }
    assert journal == journal_mode(sqlite3.sqlite_version_info, allow_old_wal=False).lower()


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="sqlite or postgresql"):
        make_engine("mysql://localhost/x")


TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def shown(session: Session, *names: str) -> list[str]:
    return [str(session.scalar(text(f"SHOW {name}"))) for name in names]


@pytest.fixture
def own(database_url: str, database_kind: str) -> Iterator[Database]:
    """A database with a pool of its own, of one connection."""
    if database_kind != "postgresql":
        pytest.skip("this is the SQLite run")
    made = make_engine(database_url, pool_size=1)
    yield Database(made, EventHandlers())
    made.dispose()


def test_the_profile_of_postgresql(own: Database) -> None:
    with own.transaction() as session:
        assert shown(session, *TIMEOUTS) == ["15s", "3s", "30s"]
        assert shown(session, "transaction_isolation") == ["read committed"]
        assert shown(session, "application_name") == ["learning"]
    with own.read_transaction() as session:
        assert shown(session, *TIMEOUTS) == ["15s", "0", "30s"]
        assert shown(session, "transaction_isolation") == ["repeatable read"]


def test_nothing_stays_in_a_connection_that_a_pooler_may_share(own: Database) -> None:
    with own.transaction() as session:
        session.execute(text("SELECT 1"))
    raw = own.engine.raw_connection()
    messages = [raw.driver_connection.execute(f"SHOW {name}").fetchone() for name in TIMEOUTS]
    raw.close()
    assert messages == [("0",), ("0",), ("0",)]


def test_what_only_reads_cannot_write(own: Database) -> None:
    with own.read_transaction() as session, pytest.raises(DBAPIError, match="read-only"):
        session.execute(text("CREATE TABLE read_only (id integer)"))


def prepared(session: Session) -> int:
    """How many statements its connection has prepared, this question aside."""
    query = "SELECT count(*) FROM pg_prepared_statements WHERE statement NOT LIKE '%prepared%'"
    return int(session.scalar(text(query)) or 0)


def test_prepared_statements_outlive_a_reading(own: Database) -> None:
    counts = []
    for _ in range(4):
        with own.read_transaction() as session:
            session.scalar(text("SELECT count(*) FROM pg_class"))
            counts.append(prepared(session))
    assert counts == [0, 0, 1, 1]


def test_a_page_that_only_reads_ends_in_a_commit(
    database_kind: str, database_url: str, tmp_path: Path
) -> None:
    sqlite = f"sqlite:///{tmp_path}/read.sqlite"
    made = make_engine(database_url if database_kind == "postgresql" else sqlite)
    ends: list[str] = []
    for end in ("commit", "rollback"):
        event.listen(made, end, lambda _connection, end=end: ends.append(end))
    app = Flask("reader")
    db.init_app(app, Database(made, EventHandlers()))
    app.add_url_rule("/", "read", lambda: str(db.db().scalar(text("SELECT 1"))))
    assert app.test_client().get("/").text == "1"
    made.dispose()
    assert ends == ["commit"]


def test_no_statement_is_prepared_where_a_pooler_cannot_keep_it(own: Database) -> None:
    url = own.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    engine = make_engine(url, prepare_threshold=0)
    counts = []
    for _ in range(9):
        with Database(engine, EventHandlers()).read_transaction() as session:
            session.scalar(text("SELECT count(*) FROM pg_class"))
            counts.append(prepared(session))
    engine.dispose()
    assert counts == [0] * 9


def test_a_connection_that_the_server_closed_is_replaced(own: Database, engine: Engine) -> None:
    with own.read_transaction() as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})
    with own.read_transaction() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != first


def test_a_reading_sees_one_state(database_kind: str, database_url: str, tmp_path: Path) -> None:
    sqlite = f"sqlite:///{tmp_path}/one.sqlite"
    made = make_engine(database_url if database_kind == "postgresql" else sqlite)
    own, count = Database(made, EventHandlers()), text("SELECT count(*) FROM one_state")
    with own.transaction() as session:
        session.execute(text("CREATE TABLE one_state (id integer)"))
    with own.read_transaction() as session:
        assert session.scalar(count) == 0
        if database_kind == "postgresql":  # SQLite keeps who writes waiting, see decision 11
            with own.transaction() as other:
                other.execute(text("INSERT INTO one_state VALUES (1)"))
            assert session.scalar(count) == 0
        end_read(session)
        with own.transaction() as other:
            other.execute(text("INSERT INTO one_state VALUES (2)"))
        assert session.scalar(count) == (2 if database_kind == "postgresql" else 1)
    with own.transaction() as session:
        session.execute(text("DROP TABLE one_state"))
    made.dispose()


def test_a_moment_comes_back_as_it_was(session: Session) -> None:
    edition = make_edition(session, "m", 1, EditionStatus.OPEN)
    edition.changed_at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    session.flush()
    session.expire_all()
    found = session.scalars(select(Edition).where(Edition.code == "m")).one()
    assert found.changed_at == datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    assert found.fee == Money(98000, "EUR")
    assert isinstance(found.starts_on, date)


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))],  # noqa: DTZ001 refused
)
def test_a_moment_without_utc_is_refused(session: Session, moment: datetime) -> None:
    edition = make_edition(session, "m", 1, EditionStatus.OPEN)
    edition.changed_at = moment
    with pytest.raises(StatementError, match="stored in UTC"):
        session.flush()


@pytest.mark.parametrize(
    "wrong",
    [
        {"capacity": "many"},
        {"capacity": 0},
        {"status": "closed"},
        {"fee_minor": -1},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(session: Session, wrong: dict) -> None:
    make_edition(session, "m", 1, EditionStatus.OPEN)
    (name, value), *_ = wrong.items()
    statement = text(f"UPDATE editions SET {name} = :value")  # noqa: S608 our own column
    with pytest.raises(DBAPIError):
        session.execute(statement, {"value": value})


def test_a_number_beyond_32_bits_fits(session: Session) -> None:
    row = {"number": 2**40, "at": datetime.now(UTC), "actor_id": 1, "action": "a", "subject": "s"}
    row |= {"detail": "{}", "previous_hash": "x", "hash": "y"}
    session.execute(insert(AuditEntry).values(**row))
    assert session.scalar(select(AuditEntry.number).where(AuditEntry.hash == "y")) == 2**40
