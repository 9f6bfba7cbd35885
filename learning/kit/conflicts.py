"""A unique constraint that is met late: somebody else was quicker to write the same thing.

Whoever reads, decides and inserts can be overtaken in between. The constraint holds; what the
person reads is a sentence, not an error.
"""

import sqlite3
from collections.abc import Mapping

from flask import Flask, current_app
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from learning.kit.db import Base
from learning.kit.i18n import N_

UNIQUE = "23505"  # PostgreSQL's unique_violation
SQLITE = "UNIQUE constraint failed: "
OTHER = N_("Somebody else has just done the same thing. Nothing was changed.")


def init_app(app: Flask, sentences: Mapping[str, str]) -> None:
    """Take what is said when a constraint is met late, by its columns."""
    app.extensions["conflicts"] = sentences


def columns(*attributes: InstrumentedAttribute[object]) -> str:
    """Return what a unique constraint over these columns is called here: “people.email”."""
    return ", ".join(str(attribute.expression) for attribute in attributes)


def constraint_met(failure: BaseException | None) -> str | None:
    """Return the unique constraint that a failure met, by its columns; None for any other."""
    orig = failure.orig if isinstance(failure, IntegrityError) else None
    if isinstance(orig, sqlite3.IntegrityError):
        text = str(orig)
        return text.removeprefix(SQLITE) if text.startswith(SQLITE) else None
    if getattr(orig, "sqlstate", None) != UNIQUE:
        return None
    named = getattr(orig, "diag", None)
    return _columns_of(getattr(named, "table_name", ""), getattr(named, "constraint_name", ""))


def sentence_for(failure: BaseException | None) -> str | None:
    """Return what to say to whoever came second; None if nobody was quicker."""
    met = constraint_met(failure)
    if met is None:
        return None
    return str(current_app.extensions["conflicts"].get(met, OTHER))


def uniques(table: str) -> dict[str, str]:
    """Return the unique constraints of a table: their columns by their names."""
    found = Base.metadata.tables[table]
    every = [found.primary_key, *found.constraints, *found.indexes]
    return {
        str(each.name): ", ".join(f"{table}.{column.name}" for column in each.columns)
        for each in every
        if each is found.primary_key
        or isinstance(each, UniqueConstraint)
        or (isinstance(each, Index) and each.unique)
    }


def _columns_of(table: str, constraint: str) -> str:
    known = uniques(table) if table in Base.metadata.tables else {}
    return known.get(constraint, constraint)
