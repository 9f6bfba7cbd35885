"""Promises about every table."""

from enum import StrEnum

import pytest
from sqlalchemy import Engine, Enum, UniqueConstraint, text
from sqlalchemy.orm import RelationshipProperty

from learning.kit.database import ENUM_LENGTH, Base
from learning.wiring import TABLES

RELATIONSHIPS = sorted((r for m in Base.registry.mappers for r in m.relationships), key=str)


@pytest.mark.parametrize("relationship", RELATIONSHIPS, ids=str)
def test_nothing_is_loaded_by_surprise(relationship: RelationshipProperty[object]) -> None:
    assert relationship.lazy == "raise"


def test_values_of_other_packages_are_not_listed_in_a_check() -> None:
    """Where another package adds a value, this one needs no migration (docs/decisions/0020)."""
    listed = [
        str(column)
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if isinstance(column.type, Enum)
        and column.type.enum_class
        and column.type.create_constraint
        if package(mapper.class_) != package(column.type.enum_class)
    ]
    assert listed == []


def test_a_default_of_an_enumeration_has_a_column_of_it() -> None:
    """A column of plain text would take any other value, too."""
    plain = [
        str(column)
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if column.default is not None and isinstance(value := column.default.arg, StrEnum)
        if not (isinstance(column.type, Enum) and column.type.enum_class is type(value))
    ]
    assert plain == []


def package(of: type) -> str:
    return of.__module__.split(".")[1]


def test_a_longer_value_needs_no_other_type() -> None:
    lengths = {
        column.type.length
        for table in TABLES.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    }
    assert lengths == {ENUM_LENGTH}


def test_every_foreign_key_is_indexed() -> None:
    """Deleting and joining from the other end must not read whole tables."""
    missing = []
    for table in TABLES.tables.values():
        unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
        indexes = [*table.indexes, *unique, table.primary_key]
        first = {next(iter(each.columns)).name for each in indexes}
        keys = [key.column_keys for key in table.foreign_key_constraints]
        unindexed = (columns[0] for columns in keys if first.isdisjoint(columns))
        missing += [f"{table.name}.{name}" for name in sorted(unindexed)]
    read_by_nobody = ["check_answers.check_sha256", "module_overrides.decided_by_id"]
    assert missing == read_by_nobody


def test_sqlite_keeps_the_types_it_is_given(engine: Engine, database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL is strict by itself")
    with engine.connect() as connection:
        rows = connection.execute(text("PRAGMA table_list")).all()
    loose = {row.name for row in rows if row.schema == "main" and not row.strict}
    ours = {name for name in loose if not name.startswith(("sqlite_", "search_index"))}
    assert ours <= {"alembic_version"}
