"""Sent twice, done once: every form that creates something carries a key of its own.

The key is claimed in the same transaction as the work. Whoever comes second with it (a double
click, a resend after a broken line) gets the first answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Executable, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.kit.db import Base

KNOWN = "known"
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class FormKey(Base):
    """One form that was sent and carried out, and where its sender went next."""

    __tablename__ = "form_keys"

    owner: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    location: Mapped[str] = mapped_column(default="")


def insert_new(session: Session, table: type[Base], **values: Any) -> bool:  # noqa: ANN401 any column's value
    """Insert a row unless its key is taken; return whether it was inserted."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    first, *_ = table.__table__.primary_key
    return session.execute(statement.returning(first)).first() is not None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of a row that is there already, column by column; the others stay."""

    key: tuple[str, ...]
    replaced: tuple[str, ...] = ()  # by the new value
    counted: str | None = None  # up by one
    first: str | None = None  # what stands there stays, if anything does
    known: str | None = None  # nothing changes unless this holds what its sender knew, or the same


def insert_or_change(
    session: Session,
    table: type[Base],
    new: Mapping[str, object],
    change: Change,
    *,
    known: object = None,
) -> bool:
    """Insert a row (`new`), or change the one that has its key, in one statement.

    Return False, and change nothing, if the row there holds something else than `known`.
    """
    session.flush()  # as the ORM does before a statement; this one goes past it
    connection = session.connection()
    values = dict(new) | ({KNOWN: known} if change.known else {})
    return (
        connection.execute(_upsert(connection.dialect.name, table, change), values).first()
        is not None
    )


@lru_cache(maxsize=256)
def _upsert(dialect: str, table: type[Base], change: Change) -> Executable:
    """Return the statement, built once: building costs more than the database does."""
    stored = cast("Table", table.__table__)
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(stored)
    changed: dict[str, ColumnElement[Any]] = {
        name: statement.excluded[name] for name in change.replaced
    }
    if change.counted:
        changed[change.counted] = stored.c[change.counted] + 1
    if name := change.first:
        changed[name] = func.coalesce(stored.c[name], statement.excluded[name])
    where = None
    if name := change.known:
        where = stored.c[name].in_((bindparam(KNOWN), statement.excluded[name]))
    key, (first, *_) = list(change.key), stored.primary_key
    kept: Executable = statement.on_conflict_do_update(
        index_elements=key, set_=changed, where=where
    ).returning(first)
    return kept


def claim(session: Session, owner: int, key: str, *, now: datetime) -> str | None:
    """Take a form's key; return None if it was free, else where its first sender went."""
    if insert_new(session, FormKey, owner=owner, key=key, made_at=now, location=""):
        return None
    return session.scalar(select(FormKey.location).where(_is(owner, key)))


def settle(session: Session, owner: int, key: str, location: str) -> str:
    """Keep where the sender of this form goes next, and return it."""
    session.execute(update(FormKey).where(_is(owner, key)).values(location=location))
    return location


def sweep(session: Session, *, before: datetime) -> None:
    """Forget keys of forms that nobody will send again."""
    session.execute(delete(FormKey).where(FormKey.made_at < before))


def _is(owner: int, key: str) -> ColumnElement[bool]:
    return (FormKey.owner == owner) & (FormKey.key == key)
