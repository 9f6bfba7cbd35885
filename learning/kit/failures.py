"""What a failure of the database or the disk means for whoever asked: an HTTP status."""

import errno
import sqlite3
from collections.abc import Iterator
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
POSTGRESQL = {
    "53100": HTTPStatus.INSUFFICIENT_STORAGE,  # disk_full
    "53300": HTTPStatus.SERVICE_UNAVAILABLE,  # too_many_connections
    "40001": HTTPStatus.SERVICE_UNAVAILABLE,  # serialization_failure
    "40P01": HTTPStatus.SERVICE_UNAVAILABLE,  # deadlock_detected
    "55P03": HTTPStatus.SERVICE_UNAVAILABLE,  # lock_not_available
    "57014": HTTPStatus.SERVICE_UNAVAILABLE,  # query_canceled: statement_timeout
}
SQLITE = {
    sqlite3.SQLITE_FULL: HTTPStatus.INSUFFICIENT_STORAGE,
    sqlite3.SQLITE_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}
LAST_BYTE = 0xFF  # of SQLite's extended codes, the part that says what it is


def status_of(failure: BaseException | None) -> HTTPStatus:
    """Return 507 where there is no room, 503 for what passes by itself, else 500."""
    for cause in _causes(failure):
        if status := _status(cause):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _status(cause: BaseException) -> HTTPStatus | None:
    if isinstance(cause, NoConnectionFree):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(cause, OSError):
        return HTTPStatus.INSUFFICIENT_STORAGE if cause.errno in NO_ROOM else None
    if isinstance(cause, sqlite3.Error):
        return SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & LAST_BYTE)
    return POSTGRESQL.get(getattr(cause, "sqlstate", None) or "")


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    """Yield a failure and what it came from."""
    while failure is not None:
        yield failure
        orig = failure.orig if isinstance(failure, DBAPIError) else None
        failure = orig or failure.__cause__
