"""The session of a request: opened on first use, committed last, rolled back on a violation."""

from typing import cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from learning.kit.database import Database, end_read

CLIENT_ERROR = 400
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, database: Database) -> None:
    app.extensions["database"] = database
    app.after_request(_commit_unless_error)
    app.teardown_appcontext(_close)


def database() -> Database:
    return cast("Database", current_app.extensions["database"])


def db() -> Session:
    """Return this request's session, opened on first use."""
    if "db_session" not in g:
        g.db_writes = request.method not in SAFE_METHODS
        g.db_session = database().session(write=g.db_writes)
    return cast("Session", g.db_session)


def read_only() -> Session:
    """Open this request's session for reading, though its method may write.

    What it has to write goes into a transaction of its own, after `end_read`.
    """
    if "db_session" in g:
        raise RuntimeError("the session of this request is open already")
    g.db_writes = False
    g.db_session = database().session(write=False)
    return cast("Session", g.db_session)


def rollback_changes() -> None:
    """Roll back what this request has not committed, since a failed transaction cannot read."""
    if "db_session" in g:
        db().rollback()


def _commit_unless_error(response: Response) -> Response:
    if "db_session" in g and g.db_writes:
        if response.status_code < CLIENT_ERROR:
            db().commit()
        else:
            db().rollback()
    return response


def _close(_error: BaseException | None) -> None:
    session: Session | None = g.pop("db_session", None)
    if session is None:
        return
    if not g.pop("db_writes"):  # asked of the session: the request itself is gone by now
        end_read(session)
    session.close()
