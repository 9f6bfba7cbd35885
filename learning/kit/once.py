"""Sent twice, done once: every form that creates something carries a key of its own.

The key is claimed in the same transaction as the work. Whoever comes second with it (a double
click, a resend after a broken line) gets the first answer.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.kit.db import Base

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


def insert_or_change(
    session: Session,
    table: type[Base],
    new: tuple[Sequence[str], dict[str, Any]],
    changed: Mapping[str, object],
    *,
    where: ColumnElement[bool] | None = None,
) -> bool:
    """Insert a row (its key's columns, its values), or change the one that has its key.

    It is one statement. Return False, and change nothing, if the row there is not one of `where`.
    """
    key, values = new
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(values)
    kept = statement.on_conflict_do_update(index_elements=list(key), set_=changed, where=where)
    first, *_ = table.__table__.primary_key
    return session.execute(kept.returning(first)).first() is not None


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
