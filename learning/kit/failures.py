"""The HTTP status of a failure of the database or the disk."""

import errno
import sqlite3
from collections.abc import Iterator
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
POSTGRESQL_STATUSES = {
    "53100": HTTPStatus.INSUFFICIENT_STORAGE,  # disk_full
    "53300": HTTPStatus.SERVICE_UNAVAILABLE,  # too_many_connections
    "40001": HTTPStatus.SERVICE_UNAVAILABLE,  # serialization_failure
    "40P01": HTTPStatus.SERVICE_UNAVAILABLE,  # deadlock_detected
    "55P03": HTTPStatus.SERVICE_UNAVAILABLE,  # lock_not_available
    "57014": HTTPStatus.SERVICE_UNAVAILABLE,  # query_canceled: statement_timeout
}
SQLITE_STATUSES = {
    sqlite3.SQLITE_FULL: HTTPStatus.INSUFFICIENT_STORAGE,
    sqlite3.SQLITE_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}
PRIMARY_CODE_MASK = 0xFF  # of SQLite's extended codes, the part that says what it is


def status_of(failure: BaseException | None) -> HTTPStatus:
    """Return 507 for a full disk, 503 for temporary failures, else 500."""
    for cause in _causes(failure):
        if status := _status(cause):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _status(cause: BaseException) -> HTTPStatus | None:
    if isinstance(cause, NoConnectionFree):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(cause, OSError):
        return HTTPStatus.INSUFFICIENT_STORAGE if cause.errno in DISK_FULL_ERRNOS else None
    if isinstance(cause, sqlite3.Error):
        return SQLITE_STATUSES.get(getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE_MASK)
    return POSTGRESQL_STATUSES.get(getattr(cause, "sqlstate", None) or "")


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    """Yield a failure and its causes."""
    while failure is not None:
        yield failure
        orig = failure.orig if isinstance(failure, DBAPIError) else None
        failure = orig or failure.__cause__
