"""Idempotency: every form that creates something carries a key of its own.

The key is claimed in the same transaction as the work. A second request with it (a double click, a
retry after a failed connection) gets the first answer.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import ColumnElement, Executable, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.kit.database import Base

EXPECTED = "known"
KEY_PATTERN = re.compile(r"[A-Za-z0-9_-]{16,64}")


class IdempotencyKey(Base):
    """One form that was sent and carried out, and where its sender went next.

    A key is unique in its scope: “person 12”, “sponsorship 5”.
    """

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    response_url: Mapped[str] = mapped_column(default="")


def insert_if_absent(session: Session, table: type[Base], **values: Any) -> bool:  # noqa: ANN401 any column's value
    """Insert a row unless its key is taken; return whether it was inserted."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    first, *_ = table.__table__.primary_key
    return session.execute(statement.returning(first)).first() is not None


@dataclass(frozen=True, kw_only=True)
class UpsertRule:
    """What happens to an existing row, column by column; other columns stay."""

    key: tuple[str, ...]
    overwrite: tuple[str, ...] = ()  # set to the new value
    increment: str | None = None  # up by one
    keep_first_column: str | None = None  # keeps the stored value, if there is one
    expected_column: str | None = (
        None  # no change unless this column has the expected or the new value
    )


def upsert(
    session: Session,
    table: type[Base],
    new: Mapping[str, object],
    rule: UpsertRule,
    *,
    expected: object = None,
) -> bool:
    """Insert a row (`new`), or change the one that has its key, in one statement.

    Return False, and change nothing, if the row differs from `expected`.
    """
    session.flush()  # as the ORM does before a statement; this one bypasses it
    connection = session.connection()
    values = dict(new) | ({EXPECTED: expected} if rule.expected_column else {})
    return (
        connection.execute(_upsert_statement(connection.dialect.name, table, rule), values).first()
        is not None
    )


@lru_cache(maxsize=256)
def _upsert_statement(dialect: str, table: type[Base], rule: UpsertRule) -> Executable:
    """Return the statement; cached, since building costs more than running it."""
    stored = cast("Table", table.__table__)
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(stored)
    changed: dict[str, ColumnElement[Any]] = {
        name: statement.excluded[name] for name in rule.overwrite
    }
    if rule.increment:
        changed[rule.increment] = stored.c[rule.increment] + 1
    if name := rule.keep_first_column:
        changed[name] = func.coalesce(stored.c[name], statement.excluded[name])
    where = None
    if name := rule.expected_column:
        where = stored.c[name].in_((bindparam(EXPECTED), statement.excluded[name]))
    key, (first, *_) = list(rule.key), stored.primary_key
    upsert: Executable = statement.on_conflict_do_update(
        index_elements=key, set_=changed, where=where
    ).returning(first)
    return upsert


def person_scope(person_id: int) -> str:
    """Return the scope of one person's keys: two people may send the same key."""
    return f"person {person_id}"


def content_key(key: str, content: Sequence[str]) -> str:
    """Return the key of one act: the key of a form with what was sent.

    The key is random, so nobody can guess from the digest what was sent.
    """
    return sha256(json.dumps([key, *content]).encode()).hexdigest()


def claim_key(session: Session, scope: str, key: str, *, now: datetime) -> str | None:
    """Take a form's key; return None if it was free, else where its first sender went."""
    if insert_if_absent(
        session, IdempotencyKey, scope=scope, key=key, created_at=now, response_url=""
    ):
        return None
    return response_url_of(session, scope, key)


def response_url_of(session: Session, scope: str, key: str) -> str | None:
    """Return where the sender of a form went, None for a key that nobody has claimed."""
    return session.scalar(select(IdempotencyKey.response_url).where(_is(scope, key)))


def store_response_url(session: Session, scope: str, key: str, location: str) -> None:
    """Keep where the sender of this form goes next."""
    session.execute(update(IdempotencyKey).where(_is(scope, key)).values(response_url=location))


def release_key(session: Session, scope: str, key: str) -> None:
    """Free a claimed key: its form was shown again, and will be sent with it."""
    session.execute(delete(IdempotencyKey).where(_is(scope, key)))


def purge_keys(session: Session, *, before: datetime) -> None:
    """Delete old keys."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))


def _is(scope: str, key: str) -> ColumnElement[bool]:
    return (IdempotencyKey.scope == scope) & (IdempotencyKey.key == key)
