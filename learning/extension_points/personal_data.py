"""The contract `personal_data`: what each table keeps of a person, for export and for erasure.

A package says it once, as data: which rows are about a person, what of them the person is given,
and what becomes of them when the person is forgotten. `export` and `forget` are the same for all.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    SQLColumnExpression,
    Table,
    delete,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from learning.kit.database import Base

Json = str | int | float | bool | None
ExportedRows = list[dict[str, Json]]


class OnForget(StrEnum):
    """What becomes of a row when its person is forgotten."""

    DELETE = "delete"
    ANONYMISE = "anonymise"  # the row stays, what says whose it is does not
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class HeldEmail:
    """An address in lower case, and when (UTC) it was the person's alone.

    `after` is when the one who had it before changed it, None if nobody had; `until` is when the
    person themselves did, None if nobody has had it since.
    """

    email: str
    after: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PersonRef:
    """A person, and the addresses by which tables know them that have no id; in lower case.

    `email_after` is of the present address, as `HeldEmail.after`.
    """

    id: int
    email: str
    email_after: datetime | None = None
    former_emails: Sequence[HeldEmail] = ()

    @property
    def held_emails(self) -> tuple[HeldEmail, ...]:
        return HeldEmail(email=self.email, after=self.email_after), *self.former_emails


@dataclass(frozen=True, kw_only=True)
class ForgetRequest:
    """Whom to forget, now (UTC), and how many rows to change in this transaction at most."""

    person: PersonRef
    now: datetime
    limit: int


@dataclass(frozen=True, kw_only=True, eq=False)
class PersonalTable:
    """Rows of one table that are about a person; a table may have several such, by other rows.

    `about` is the condition for them. `hidden` are columns that are not exported: secrets, and who
    else had to do with the row. `added` are values that explain an id (`edition`). `why` says why
    rows are stored, or what the others still need of them. `blank` is what columns become where the
    rows are anonymised; the same values again change nothing.
    """

    model: type[Base]
    about: Callable[[PersonRef], ColumnElement[bool]]
    on_forget: OnForget
    why: str = ""
    hidden: frozenset[str] = frozenset()
    added: Mapping[str, ColumnElement[Any]] = field(default_factory=dict[str, ColumnElement[Any]])
    blank: Callable[[ForgetRequest], Mapping[str, Any]] | None = None

    @property
    def table(self) -> Table:
        return cast("Table", self.model.__table__)

    def __post_init__(self) -> None:
        if (self.on_forget is OnForget.ANONYMISE) is (self.blank is None):
            raise ValueError(f"{self.table.name}: say what its columns become, or do not anonymise")
        if self.on_forget is not OnForget.DELETE and not self.why:
            raise ValueError(f"{self.table.name}: say why its rows are kept")


@dataclass(frozen=True, kw_only=True)
class ForgetBlocker:
    """Why a person cannot be forgotten now, in a sentence for who runs the command."""

    reason: str


ForgetBlockers = Callable[[Session, PersonRef], Sequence[ForgetBlocker]]
"""Returns what a package has against forgetting a person now, in few statements."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlannedTable:
    """How many rows of a table are about a person, and by its entry what becomes of them."""

    entry: PersonalTable
    rows: int


def has_email(
    email: InstrumentedAttribute[str], at: SQLColumnExpression[datetime], person: PersonRef
) -> ColumnElement[bool]:
    """Whether a row has an address that was the person's at the moment of the row."""
    return or_(*((email == held.email) & _is_within(at, held) for held in person.held_emails))


def names_email(
    payload: InstrumentedAttribute[str], at: SQLColumnExpression[datetime], person: PersonRef
) -> ColumnElement[bool]:
    """Whether a JSON text has such an address as one of its values."""
    return or_(
        *(
            payload.contains(json.dumps(held.email), autoescape=True) & _is_within(at, held)
            for held in person.held_emails
        )
    )


def is_email_now(email: InstrumentedAttribute[str], person: PersonRef) -> ColumnElement[bool]:
    """Whether a row is about an address as it is now: of the one who had it last."""
    return email.in_([held.email for held in person.held_emails if held.until is None])


def _is_within(at: SQLColumnExpression[datetime], held: HeldEmail) -> ColumnElement[bool]:
    after = true() if held.after is None else at > held.after
    return after if held.until is None else after & (at <= held.until)


def export(
    tables: Iterable[PersonalTable], session: Session, person: PersonRef
) -> dict[str, ExportedRows]:
    """Return what is known of a person, by table, as values for JSON; one query for each entry."""
    found: dict[str, ExportedRows] = {}
    for each in tables:
        shown = [column for column in each.table.columns if column.name not in each.hidden]
        added = [value.label(name) for name, value in each.added.items()]
        rows = session.execute(
            select(*shown, *added)
            .where(each.about(person))
            .order_by(*each.table.primary_key.columns)
        )
        known = [{key: _plain(value) for key, value in row.items()} for row in rows.mappings()]
        found[each.table.name] = found.get(each.table.name, []) + known
    return found


def export_all(
    packages: Mapping[str, Iterable[PersonalTable]], session: Session, person: PersonRef
) -> dict[str, dict[str, ExportedRows]]:
    """Return what is known of a person, by package and table; tables without rows are left out."""
    found = {name: export(tables, session, person) for name, tables in packages.items()}
    return {
        name: kept
        for name, tables in found.items()
        if (kept := {table: rows for table, rows in tables.items() if rows})
    }


def plan_forget(
    tables: Iterable[PersonalTable], session: Session, person: PersonRef
) -> list[PlannedTable]:
    """Return what `forget` finds, one query for each entry; those without rows are left out."""
    planned = [
        PlannedTable(entry=each, rows=session.scalar(_count(each, person)) or 0) for each in tables
    ]
    return [each for each in planned if each.rows]


def _count(each: PersonalTable, person: PersonRef) -> Select[int]:
    return select(func.count()).select_from(each.table).where(each.about(person))


def forget(tables: Iterable[PersonalTable], session: Session, request: ForgetRequest) -> int:
    """Delete or anonymise some rows about a person; return how many, 0 once none are left.

    Tables are done in their order. The caller commits after each call, so that no
    transaction grows with the rows; what was begun can be gone on with at any time.
    """
    left = request.limit
    for each in tables:
        if left and each.on_forget is not OnForget.KEEP:
            left -= _forget(each, session, request, left)
    return request.limit - left


def _forget(each: PersonalTable, session: Session, request: ForgetRequest, limit: int) -> int:
    keys = list(each.table.primary_key.columns)
    rows = select(*keys).where(each.about(request.person))
    if each.blank is None:
        chosen = _some(session, keys, rows.limit(limit))
        done = session.execute(delete(each.table).where(chosen))
    else:
        blank = each.blank(request)
        differs = or_(*(each.table.c[n].is_distinct_from(value) for n, value in blank.items()))
        chosen = _some(session, keys, rows.where(differs).limit(limit))
        done = session.execute(update(each.table).where(chosen).values(**blank))
    return cast("CursorResult[Any]", done).rowcount


def _some(
    session: Session, keys: Sequence[ColumnElement[Any]], rows: Select[Any]
) -> ColumnElement[bool]:
    """Return the condition for rows that were just found, locked, by their primary keys."""
    found = session.execute(rows.order_by(*keys).with_for_update()).all()
    return tuple_(*keys).in_([tuple(row) for row in found])


def _plain(value: Any) -> Json:  # noqa: ANN401 any column's value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)
