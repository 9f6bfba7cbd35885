"""The two engines, SQLite and PostgreSQL, set up the same way everywhere.

How a transaction begins is an execution option, `begin`: READ for what only reads, IMMEDIATE for
what writes (docs/decisions/0030). The statement goes to the driver itself: nothing is compiled or
counted for it, and its errors are database errors like any other.
"""

import os
import select
import sqlite3
import weakref
from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from learning.kit.sqlite_lock import (
    LOCK_TIMEOUT,
    SQLiteConnection,
    begin_immediate,
    set_busy_timeout,
)
from learning.paths import ROOT

# Releases from 3.7.0 to 3.51.2 can lose pages when a checkpoint meets a restart of the
# write-ahead log (sqlite.org, release notes of 3.51.3); there the rollback journal is used.
FIRST_SAFE_WAL_VERSION = (3, 51, 3)
READ, WRITE, EITHER = "READ", "IMMEDIATE", "DEFERRED"  # EITHER: the default
TIMEOUTS = (
    "SET LOCAL statement_timeout = '15s'; SET LOCAL idle_in_transaction_session_timeout = '30s'"
)
POSTGRESQL_BEGIN = {
    READ: f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {TIMEOUTS}".encode(),
    WRITE: f"BEGIN; {TIMEOUTS}; SET LOCAL lock_timeout = '3s'".encode(),
}
POSTGRESQL_BEGIN[EITHER] = POSTGRESQL_BEGIN[WRITE]
PING_AFTER_SECONDS = 30  # seconds after which a connection is asked whether it is still there


class TransactionNotBegun(psycopg.OperationalError):
    """The server, or a pooler before it, had no connection for this transaction; nothing was done.

    `sqlstate` is that of too many connections, whatever the pooler calls it: it passes by itself.
    """

    sqlstate = "53300"


def make_engine(
    url: str, *, allow_old_wal: bool = False, prepare_threshold: int = 2, pool_size: int = 5
) -> Engine:
    """Return an engine for a sqlite or postgresql URL; raise ValueError for any other.

    A connection prepares a statement that it has run `prepare_threshold` times, with 0 none at all;
    that, and how many connections are pooled, concerns PostgreSQL only.
    """
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        journal = journal_mode(sqlite3.sqlite_version_info, allow_old_wal=allow_old_wal)
        return _one_in_each_process(_sqlite(url, journal))
    if backend == "postgresql":
        return _one_in_each_process(_postgresql(url, prepare_threshold, pool_size))
    raise ValueError(f"{backend}: this application runs on sqlite or postgresql")


def _one_in_each_process(engine: Engine) -> Engine:
    """Make a forked process open connections of its own."""
    reference = weakref.ref(engine)

    def forget() -> None:
        if inherited := reference():
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
    return engine


def journal_mode(version: tuple[int, ...], *, allow_old_wal: bool) -> str:
    """Return the safe journal mode for a release of SQLite."""
    return "WAL" if version >= FIRST_SAFE_WAL_VERSION or allow_old_wal else "TRUNCATE"


def _sqlite(url: str, journal: str) -> Engine:
    path = make_url(url).database
    where = make_url(url)
    if path and path != ":memory:":
        where = where.set(database=str(ROOT / path))  # relative paths begin at the project's folder
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(where, hide_parameters=True, connect_args={"factory": SQLiteConnection})
    pragmas = (
        "foreign_keys=ON",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 the driver's connection is untyped
        connection.isolation_level = None  # we begin ourselves, below
        set_busy_timeout(connection, LOCK_TIMEOUT)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Any) -> None:  # noqa: ANN401 see above
        if connection.how == WRITE:
            begin_immediate(connection)
        else:
            connection.execute("BEGIN")

    return _beginning_with(engine, begin)


def _postgresql(url: str, prepare_threshold: int, pool_size: int) -> Engine:
    """Return an engine that leaves no state in a connection, so that a pooler may share it.

    A rollback makes the driver forget its prepared statements: what only reads ends in a commit
    (`kit.db`), and a connection that is given back outside a transaction is not rolled back.
    """
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=pool_size,
        use_native_hstore=False,  # it would be asked for on each new connection
        connect_args={
            "autocommit": True,  # we begin ourselves, below
            "connect_timeout": 5,
            "prepare_threshold": prepare_threshold or None,
            "application_name": "learning",
        },
    )

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: Any) -> None:  # noqa: ANN401 the pool's own
        record.info["since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401 see above
        if "since" in record.info and not _is_there(connection, record.info["since"]):
            raise DisconnectionError("the server has closed this connection")

    def begin(connection: Any) -> None:  # noqa: ANN401 see above
        answer = connection.pgconn.exec_(POSTGRESQL_BEGIN[connection.how])
        if answer.status != psycopg.pq.ExecStatus.COMMAND_OK:
            raise TransactionNotBegun(answer.get_error_message())

    return _beginning_with(engine, begin)


def _beginning_with(engine: Engine, begin: Callable[[Any], None]) -> Engine:
    """Begin transactions as the connection's options say."""

    @event.listens_for(engine, "begin")
    def choose(connection: Connection) -> None:
        driven: Any = connection.connection.dbapi_connection
        driven.how = connection.get_execution_options().get("begin", EITHER)

    engine.dialect.do_begin = begin  # type: ignore[method-assign, assignment]  # so its errors are translated
    return engine


def _is_there(connection: Any, since: float) -> bool:  # noqa: ANN401 the driver's connection
    """Whether a connection from the pool still leads to the server.

    A server that hangs up makes the socket readable. What disappears without a word (a router
    that forgets) is found by asking, after some quiet.
    """
    watched = select.poll()
    try:
        watched.register(connection.pgconn.socket, select.POLLIN)
        if not watched.poll(0) and monotonic() - since < PING_AFTER_SECONDS:
            return True
        connection.execute("SELECT 1", prepare=False)
    except (OSError, psycopg.Error):
        return False
    return True
