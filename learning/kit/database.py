"""The database: base class of tables, the two kinds of transactions, row locks."""

import enum
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, ClassVar

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

from learning.kit.committed import COMMITTED_KEY
from learning.kit.engines import READ, WRITE
from learning.kit.events import HANDLERS_KEY, EventHandlers
from learning.kit.types import UtcDateTime

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


ENUM_LENGTH = 32  # characters, so that a longer value needs no other type on PostgreSQL


def new_uid() -> str:
    """Return a row's id for addresses: 16 hexadecimal digits that nobody guesses or counts."""
    return secrets.token_hex(8)


def enum_values(states: type[enum.Enum]) -> list[str]:
    """Return the values that a column of an enumeration stores."""
    return [state.value for state in states]


def open_enum(values: type[enum.Enum]) -> Enum:
    """Return the column type for values that another package may add to.

    It has no CHECK, so that a new value needs no rebuilt table on SQLite (docs/decisions/0020).
    """
    return Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=ENUM_LENGTH,
        values_callable=enum_values,
    )


def named_enum(values: type[enum.Enum], name: str) -> Enum:
    """Return the type of a second column of the same states: its CHECK has a `name` of its own."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=ENUM_LENGTH,
        values_callable=enum_values,
    )


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        bool: Boolean(create_constraint=False),
        date: Date,
        datetime: UtcDateTime,
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=ENUM_LENGTH,
            values_callable=enum_values,
        ),
        int: BigInteger,
        str: Text,
    }


@event.listens_for(Table, "after_parent_attach")
def _make_sqlite_strict(table: Table, _parent: object) -> None:
    """Make tables of SQLite STRICT."""
    table.dialect_options["sqlite"]["strict"] = True


class Database:
    """The source of sessions: one engine, two kinds of transactions.

    A session for writing begins IMMEDIATE on SQLite, so that two people who read, decide and
    write come one after the other instead of failing half-way (docs/decisions/0011). One for
    reading sees a single state of the database from its first statement on, and writes nothing.
    Every session carries the event handlers (`kit.events`).
    """

    def __init__(self, engine: Engine, event_handlers: EventHandlers) -> None:
        self.engine = engine
        self.info: dict[str, Any] = {  # what each session carries
            HANDLERS_KEY: event_handlers,
            COMMITTED_KEY: set[str](),
        }
        self._reading = sessionmaker(
            engine.execution_options(begin=READ), info=self.info, expire_on_commit=False
        )
        self._writing = sessionmaker(engine.execution_options(begin=WRITE), info=self.info)

    def session(self, *, write: bool) -> Session:
        return self._writing() if write else self._reading()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a separate transaction: for commands, jobs, and the few writes beside a request."""
        with self.session(write=True) as session, session.begin():
            yield session

    @contextmanager
    def read_transaction(self) -> Iterator[Session]:
        with self.session(write=False) as session:
            yield session
            end_read(session)


def end_read(session: Session) -> None:
    """End what was read so far; later reads see the database as it is then.

    It ends in a commit: after a rollback, psycopg would prepare all its statements anew.
    """
    try:
        if session.in_transaction():
            session.commit()
    except SQLAlchemyError:  # what was read is read
        session.rollback()


def bulk_insert(session: Session, rows: Sequence[Base]) -> None:
    """Insert rows of one table in one statement; they are not in the session and have no ids.

    SQLite's way of returning ids takes a statement for each row.
    """
    if rows:
        columns = [each.key for each in inspect(type(rows[0])).column_attrs if each.key != "id"]
        values = [{key: getattr(row, key) for key in columns} for row in rows]
        session.execute(insert(type(rows[0])), values)


def lock_row(session: Session, row: Base) -> None:
    """Read a row again and lock it, so that a version stays current until the form is saved."""
    columns = [column.key for column in inspect(type(row)).column_attrs]
    session.refresh(row, columns, with_for_update=True)
