"""Waiting for the write lock of SQLite: in short, even steps, and not for ever."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from learning.kit import sqlite_lock
from learning.kit.sqlite_lock import LOCK_TIMEOUT, RETRY_SECONDS, SQLiteConnection, begin_immediate


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[SQLiteConnection, SQLiteConnection]]:
    """Two connections to one database; the first has begun to write."""
    path = tmp_path / "x.sqlite"
    with (
        closing(
            sqlite3.connect(path, factory=SQLiteConnection, isolation_level=None)
        ) as lock_owner,
        closing(sqlite3.connect(path, factory=SQLiteConnection, isolation_level=None)) as waiter,
    ):
        begin_immediate(lock_owner)
        yield lock_owner, waiter


def busy_timeout(connection: SQLiteConnection) -> float:
    return connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000


def test_who_waits_tries_evenly_until_the_lock_is_free(pair, monkeypatch) -> None:
    lock_owner, waiter = pair
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 100:
            lock_owner.rollback()

    monkeypatch.setattr(sqlite_lock.time, "sleep", pause)
    begin_immediate(waiter)
    assert waiter.in_transaction
    assert pauses == [RETRY_SECONDS] * 100
    assert busy_timeout(waiter) == LOCK_TIMEOUT, "as for other locks"


def test_a_lock_that_stays_taken_is_an_error(pair) -> None:
    _, waiter = pair
    waiter.lock_timeout = 0
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        begin_immediate(waiter)
    assert not waiter.in_transaction
    assert busy_timeout(waiter) == LOCK_TIMEOUT


def test_another_error_is_not_waited_for(pair) -> None:
    lock_owner, _ = pair
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        begin_immediate(lock_owner)
