"""The two engines, SQLite and PostgreSQL, set up the same way everywhere."""

import os
import sqlite3
import weakref
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from learning.settings import ROOT

# Releases from 3.7.0 to 3.51.2 can lose pages when a checkpoint meets a restart of the
# write-ahead log (sqlite.org, release notes of 3.51.3); there the rollback journal is used.
FIRST_SOUND_WAL = (3, 51, 3)
POSTGRESQL_OPTIONS = (
    "-c statement_timeout=15s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
)


def make_engine(url: str, *, allow_old_wal: bool = False) -> Engine:
    """Return an engine for a sqlite or postgresql URL; raise ValueError for any other."""
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        journal = journal_mode(sqlite3.sqlite_version_info, allow_old_wal=allow_old_wal)
        return _one_in_each_process(_sqlite(url, journal))
    if backend == "postgresql":
        return _one_in_each_process(_postgresql(url))
    raise ValueError(f"{backend}: this application runs on sqlite or postgresql")


def _one_in_each_process(engine: Engine) -> Engine:
    """Have a process that is forked open connections of its own."""
    kept = weakref.ref(engine)

    def forget() -> None:
        if inherited := kept():
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
    return engine


def journal_mode(version: tuple[int, ...], *, allow_old_wal: bool) -> str:
    """Return the safe journal mode for a release of SQLite."""
    return "WAL" if version >= FIRST_SOUND_WAL or allow_old_wal else "TRUNCATE"


def _sqlite(url: str, journal: str) -> Engine:
    path = make_url(url).database
    where = make_url(url)
    if path and path != ":memory:":
        where = where.set(database=str(ROOT / path))  # relative paths begin at the project's folder
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(where, hide_parameters=True)
    pragmas = (
        "foreign_keys=ON",
        "busy_timeout=15000",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 the driver's connection is untyped
        connection.isolation_level = None  # we begin ourselves, below
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _postgresql(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "options": POSTGRESQL_OPTIONS,
            "application_name": "learning",
        },
    )
