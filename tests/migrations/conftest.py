"""A database of a test's own, with a row in every table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from learning import demo, wiring
from learning.catalogue.policies import read_policies, store_policies
from learning.content.course import Course
from learning.kit.engines import make_engine
from learning.kit.types import UtcDateTime
from learning.paths import ROOT
from tests.databases import own_database
from tests.migrations.rows import count, go
from tests.world import NOW, seal_all

ANY: dict[type[sa.types.TypeEngine[Any]], object] = {
    UtcDateTime: NOW,
    sa.Boolean: False,
    sa.Date: NOW.date(),
    sa.Integer: 1,
    sa.String: "x",
}
NEEDED = {"transfer_overrides.target_id"}
"""Columns of which a CHECK wants one of two."""
NOTHING = {"provider_events.reason", "sponsor_billings.po_number"}
"""Texts that a CHECK wants empty, as long as what stands beside them is not so far."""


@pytest.fixture
def filled(
    database_kind: str, database_url: str, tmp_path: Path, course: Course
) -> Iterator[sa.Engine]:
    """Yield a database with the demonstration's rows, and one in each table it leaves empty."""
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        go(engine, "upgrade", "head")
        with wiring.database(engine).transaction() as session:
            store_policies(session, read_policies(ROOT / "courses"), now=NOW)
            assert demo.load_demo(session, course, now=NOW)
            seal_all(session)
            for table in wiring.TABLES.sorted_tables:
                if not count(session.connection(), table):
                    session.execute(sa.insert(table).values(a_row(session.connection(), table)))
        yield engine
        engine.dispose()


def a_row(connection: sa.Connection, table: sa.Table) -> dict[str, Any]:
    """Return a row of a table that the demonstration leaves empty: only what has to be there."""
    return {
        column.name: a_value(connection, column)
        for column in table.columns
        if (not column.nullable or str(column) in NEEDED)
        and not (column.name == "id" and column.primary_key)
    }


def a_value(connection: sa.Connection, column: sa.Column[Any]) -> Any:
    """Return any value that a column takes: of a foreign key, one that is there."""
    for key in column.foreign_keys:
        return connection.scalar(sa.select(sa.func.min(key.column)))
    if str(column) in NOTHING:
        return ""
    kind = column.type
    if isinstance(kind, sa.Enum) and kind.enum_class:
        return next(iter(kind.enum_class))
    return next(value for of, value in ANY.items() if isinstance(kind, of))
