"""Violated unique constraints: another request was faster to write the same row.

Between reading and inserting, another request can insert. The constraint holds; the person reads a
sentence instead of an error.
"""

import sqlite3
from collections.abc import Mapping

from flask import Flask, current_app
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from learning.kit.database import Base
from learning.kit.i18n import N_

UNIQUE_VIOLATION = "23505"  # PostgreSQL's unique_violation
SQLITE_PREFIX = "UNIQUE constraint failed: "
DEFAULT_MESSAGE = N_("Somebody else has just done the same thing. Nothing was changed.")


def init_app(app: Flask, messages: Mapping[str, str]) -> None:
    """Register the messages of unique constraints, by their columns."""
    app.extensions["conflicts"] = messages


def constraint_of(*attributes: InstrumentedAttribute[object]) -> str:
    """Return the name of a unique constraint over these columns: “people.email”."""
    return ", ".join(str(attribute.expression) for attribute in attributes)


def violated_constraint(failure: BaseException | None) -> str | None:
    """Return the unique constraint that an error violated, by its columns; None for any other."""
    orig = failure.orig if isinstance(failure, IntegrityError) else None
    if isinstance(orig, sqlite3.IntegrityError):
        text = str(orig)
        return text.removeprefix(SQLITE_PREFIX) if text.startswith(SQLITE_PREFIX) else None
    if getattr(orig, "sqlstate", None) != UNIQUE_VIOLATION:
        return None
    named = getattr(orig, "diag", None)
    return _columns_of(getattr(named, "table_name", ""), getattr(named, "constraint_name", ""))


def message_for(failure: BaseException | None) -> str | None:
    """Return the message for the slower request; None if the error is another."""
    met = violated_constraint(failure)
    if met is None:
        return None
    return str(current_app.extensions["conflicts"].get(met, DEFAULT_MESSAGE))


def unique_constraints(table: str) -> dict[str, str]:
    """Return the unique constraints of a table: their columns by their names."""
    table_object = Base.metadata.tables[table]
    every = [table_object.primary_key, *table_object.constraints, *table_object.indexes]
    return {
        str(each.name): ", ".join(f"{table}.{column.name}" for column in each.columns)
        for each in every
        if each is table_object.primary_key
        or isinstance(each, UniqueConstraint)
        or (isinstance(each, Index) and each.unique)
    }


def _columns_of(table: str, constraint: str) -> str:
    constraints = unique_constraints(table) if table in Base.metadata.tables else {}
    return constraints.get(constraint, constraint)
