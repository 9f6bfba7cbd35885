"""Alembic's environment: the same engines, one migration at a time on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Literal

from alembic import context
from alembic.util import CommandError, load_python_file
from sqlalchemy import Column, Connection, text
from sqlalchemy.schema import SchemaItem

from learning.kit.types import UtcDateTime
from learning.wiring import TABLES

MIGRATION_LOCK = 7_000  # any number that no other advisory lock uses


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=TABLES,
        compare_type=True,
        include_object=belongs_to_us,
        render_item=render_moment,
        user_module_prefix="",
        transactional_ddl=True,  # on SQLite, too: our engine begins by itself
    )
    with (
        without_foreign_keys(connection) if sqlite else nullcontext(),
        context.begin_transaction(),
    ):
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        before = context.get_context().get_current_heads()
        context.run_migrations()
        if sqlite and context.get_context().get_current_heads() != before:
            refuse_orphans(connection)


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch foreign keys off on SQLite, which works before a transaction begins only.

    A table that is dropped to be replaced would otherwise take the rows along that point to it.
    While they are off, nothing cascades.
    """
    driven = connection.connection
    driven.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driven.cursor().execute("PRAGMA foreign_keys=ON")


def refuse_orphans(connection: Connection) -> None:
    """Raise CommandError if a row points to one that is not there; nothing is changed then."""
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        table, row, parent, _ = orphan
        raise CommandError(f"{table}: row {row} points to a row of {parent} that is not there")


def belongs_to_us(thing: SchemaItem, name: str | None, kind: str, *_: object) -> bool:
    """Leave out what the models do not know: the full-text index, and the vector that it reads."""
    if kind == "column" and isinstance(thing, Column):
        return f"{thing.table.name}.{name}" != "search_entries.vector"
    return not (kind in {"table", "index"} and (name or "").startswith("search_index"))


def render_moment(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write a moment as script.py.mako spells it: migrations import nothing of the application."""
    return "MOMENT" if kind == "type" and isinstance(thing, UtcDateTime) else False


load_python_file(Path(__file__).parent, "operations.py")
migrate(context.config.attributes["connection"])
