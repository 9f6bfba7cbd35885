"""The database: tables' base, sessions, one transaction per request."""

import enum
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, ClassVar, cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Engine,
    Enum,
    MetaData,
    Table,
    Text,
    event,
    insert,
    inspect,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session, sessionmaker

from learning.kit.engines import READ, WRITE
from learning.kit.types import UtcDateTime

CLIENT_ERROR = 400
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def values(states: type[enum.Enum]) -> list[str]:
    """Return what a column of states keeps."""
    return [state.value for state in states]


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        bool: Boolean(create_constraint=False),
        date: Date,
        datetime: UtcDateTime,
        enum.Enum: Enum(
            enum.Enum, native_enum=False, create_constraint=True, values_callable=values
        ),
        int: BigInteger,
        str: Text,
    }


@event.listens_for(Table, "after_parent_attach")
def _be_strict(table: Table, _parent: object) -> None:
    """Make SQLite keep the types it is given."""
    table.dialect_options["sqlite"]["strict"] = True


class Database:
    """Where sessions come from: one engine, two ways to begin.

    A session for writing begins IMMEDIATE on SQLite, so that two people who read, decide and
    write come one after the other instead of failing half-way (docs/decisions/0011). One for
    reading sees a single state of the database from its first statement on, and writes nothing.
    """

    def __init__(self, engine: Engine, info: dict[str, Any] | None = None) -> None:
        self.engine = engine
        self._info = info or {}
        self._reading = sessionmaker(
            engine.execution_options(begin=READ), info=self._info, expire_on_commit=False
        )
        self._writing = sessionmaker(engine.execution_options(begin=WRITE), info=self._info)

    def session(self, *, write: bool) -> Session:
        return self._writing() if write else self._reading()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction of one's own: commands, jobs, and the few writes beside a request."""
        with self.session(write=True) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.session(write=False) as session:
            yield session
            end_reading(session)


def end_reading(session: Session) -> None:
    """End what was read so far; what is read next sees the database as it is then.

    It ends in a commit: after a rollback, psycopg would prepare all its statements anew.
    """
    try:
        if session.in_transaction():
            session.commit()
    except SQLAlchemyError:  # what was read is read
        session.rollback()


def insert_all(session: Session, rows: Sequence[Base]) -> None:
    """Insert rows of one table in one statement; they stay strangers to the session, without ids.

    SQLite's way of returning ids takes a statement for each row.
    """
    if rows:
        columns = [each.key for each in inspect(type(rows[0])).column_attrs if each.key != "id"]
        values = [{key: getattr(row, key) for key in columns} for row in rows]
        session.execute(insert(type(rows[0])), values)


def init_app(app: Flask, database: Database) -> None:
    app.extensions["database"] = database
    app.after_request(_commit_unless_refused)
    app.teardown_appcontext(_close)


def database() -> Database:
    return cast("Database", current_app.extensions["database"])


def db() -> Session:
    """Return this request's session, opened on first use."""
    if "db_session" not in g:
        g.db_writes = request.method not in SAFE_METHODS
        g.db_session = database().session(write=g.db_writes)
    return cast("Session", g.db_session)


def forget_changes() -> None:
    """Roll back what this request has not committed: a failed transaction reads nothing more."""
    if "db_session" in g:
        db().rollback()


def _commit_unless_refused(response: Response) -> Response:
    if "db_session" in g and request.method not in SAFE_METHODS:
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
        end_reading(session)
    session.close()
