"""Rows of tables as an earlier version made them, in a database of a test's own."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from learning.settings import ROOT


def go(engine: sa.Engine, way: str, to: str) -> None:
    """Migrate up or down to a version."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.execution_options(begin="IMMEDIATE").connect() as connection:
        config.attributes["connection"] = connection
        getattr(command, way)(config, to)
        connection.commit()


def tables_of(engine: sa.Engine) -> dict[str, sa.Table]:
    """Return the tables as they are in the database, whatever the models say."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    return dict(metadata.tables)


def put(connection: sa.Connection, table: sa.Table, **values: Any) -> Any:
    """Insert a row, with something plain in each column that must be there; return its key."""
    row = {
        column.name: _plain(values.get(column.name, _nothing(column)), column)
        for column in table.columns
        if column.name in values or not (column.nullable or column.server_default)
        if column.name in values or column.name != "id"
    }
    return connection.execute(sa.insert(table).values(row)).inserted_primary_key[0]


def count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _nothing(column: sa.Column[Any]) -> object:
    kind = column.type
    return 0 if isinstance(kind, sa.Integer) else False if isinstance(kind, sa.Boolean) else ""


def _plain(value: object, column: sa.Column[Any]) -> object:
    if not isinstance(column.type, sa.Text | sa.String):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
