"""Promises about every table."""

import pytest
from sqlalchemy import Engine, UniqueConstraint, text
from sqlalchemy.orm import RelationshipProperty

from learning.kit.db import Base
from learning.wiring import TABLES

RELATIONSHIPS = sorted((r for m in Base.registry.mappers for r in m.relationships), key=str)


@pytest.mark.parametrize("relationship", RELATIONSHIPS, ids=str)
def test_nothing_is_loaded_by_surprise(relationship: RelationshipProperty[object]) -> None:
    assert relationship.lazy == "raise"


def test_every_foreign_key_is_indexed() -> None:
    """Deleting and joining from the other end must not read whole tables."""
    missing = []
    for table in TABLES.tables.values():
        unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
        indexes = [*table.indexes, *unique, table.primary_key]
        first = {next(iter(each.columns)).name for each in indexes}
        keys = {key.parent.name for key in table.foreign_keys}
        missing += [f"{table.name}.{name}" for name in sorted(keys - first)]
    assert missing == ["early_openings.decided_by"]  # read by nobody, changed by nobody


def test_sqlite_keeps_the_types_it_is_given(engine: Engine, database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL is strict by itself")
    with engine.connect() as connection:
        rows = connection.execute(text("PRAGMA table_list")).all()
    loose = {row.name for row in rows if row.schema == "main" and not row.strict}
    ours = {name for name in loose if not name.startswith(("sqlite_", "search_index"))}
    assert ours <= {"alembic_version"}
