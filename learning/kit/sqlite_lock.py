"""Waiting for the write lock of SQLite in short, even steps (docs/decisions/0063).

SQLite itself sleeps longer after each try, up to 0.1 s. Who has waited long then tries rarely, and
those who come later take the lock first: a request waits while a worker sends fifty e-mails.
"""

import sqlite3
import time

RETRY_SECONDS = 0.002
LOCK_TIMEOUT = 15.0  # seconds
PRIMARY_CODE = 0xFF  # the low byte of an extended result code


class SQLiteConnection(sqlite3.Connection):
    """A connection with a setting for how its next transaction begins."""

    how = "DEFERRED"
    lock_timeout = LOCK_TIMEOUT


def set_busy_timeout(connection: sqlite3.Connection, seconds: float) -> None:
    """Set how long SQLite waits by itself for a lock."""
    connection.execute(f"PRAGMA busy_timeout={round(seconds * 1000)}")


def begin_immediate(connection: SQLiteConnection) -> None:
    """Begin a transaction that writes; raise OperationalError if the lock stays taken."""
    gives_up_at = time.monotonic() + connection.lock_timeout
    set_busy_timeout(connection, 0)
    try:
        while not _begins(connection, last=time.monotonic() >= gives_up_at):
            time.sleep(RETRY_SECONDS)
    finally:
        set_busy_timeout(connection, LOCK_TIMEOUT)


def _begins(connection: sqlite3.Connection, *, last: bool) -> bool:
    """Try once; return False if the lock is taken, and raise that if it was the `last` try."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
