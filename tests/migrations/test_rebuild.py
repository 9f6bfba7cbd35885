"""Tables of SQLite are made anew without losing a row, an index, a trigger or a promise."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from learning import wiring
from tests.migrations.rows import config, content, count, go, tables_of

HEAD = ScriptDirectory.from_config(config()).get_current_head()
REBUILD = """
from alembic import op

revision, down_revision = "throw_away", {head!r}


def upgrade() -> None:
    {statement}


def downgrade() -> None:
    pass
"""
ALL_TABLES = "for table in {tables!r}: op.rebuild_table(table, lambda sql: sql)"
FAMILY = """
CREATE TABLE parents (
    id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE DEFAULT ')(''', twice INTEGER AS (id * 2),
    above INTEGER REFERENCES parents (id) ON DELETE CASCADE,
    CONSTRAINT known CHECK (name IN ('a ) b', 'it''s', 'c')), CHECK (id > 0)
) STRICT

CREATE TABLE children (id INTEGER REFERENCES parents (id) ON DELETE CASCADE)

CREATE INDEX names ON parents (name COLLATE RTRIM DESC) WHERE name <> 'c'

CREATE TRIGGER kept BEFORE DELETE ON parents BEGIN SELECT RAISE(ABORT, 'kept'); END

CREATE TRIGGER seen AFTER INSERT ON children WHEN (SELECT count(*) FROM parents) > 9
BEGIN SELECT RAISE(ABORT, 'too many'); END

CREATE VIEW seen_parents AS SELECT name FROM parents

INSERT INTO parents (id, name, above) VALUES (1, 'C', 1), (2, 'it''s', 1)

INSERT INTO children VALUES (1), (2)
"""


def throw_away(folder: Path, statement: str) -> Path:
    """Write a migration of one statement; return its folder."""
    (folder / "throw_away.py").write_text(REBUILD.format(head=HEAD, statement=statement))
    return folder


@pytest.fixture
def sqlite(database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL changes its tables where they are")


def schema(engine: sa.Engine) -> dict[str, str]:
    """Return each object's statement; a table that was renamed has its name in quotes."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE sql <> ''")
        return {
            name: re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", sql) for name, sql in rows
        }


@pytest.mark.usefixtures("sqlite")
def test_every_table_can_be_made_anew(filled: sa.Engine, tmp_path: Path) -> None:
    tables = list(wiring.TABLES.tables)
    objects, rows = schema(filled), content(filled)
    assert all(rows[table] for table in tables)
    assert {"applications_transition", "billing_parties_frozen", "ix_offers_open"} <= set(objects)
    go(filled, "upgrade", "head", throw_away(tmp_path, ALL_TABLES.format(tables=tables)))
    assert schema(filled) == objects
    assert content(filled) == rows
    with filled.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA legacy_alter_table").scalar() == 0


@pytest.mark.usefixtures("sqlite")
def test_whatever_the_statement_says_stays(filled: sa.Engine, tmp_path: Path) -> None:
    with filled.connect() as connection:
        for each in FAMILY.split("\n\n"):
            connection.exec_driver_sql(each)
        connection.commit()
    before = schema(filled)
    statement = "op.replace_check(\"parents\", \"known\", \"name IN ('A ) B', 'IT''S', 'c', 'd')\")"
    go(filled, "upgrade", "head", throw_away(tmp_path, statement))
    after = schema(filled)
    assert after.pop("parents") == before.pop("parents").replace(
        "'a ) b', 'it''s', 'c'", "'A ) B', 'IT''S', 'c', 'd'"
    )
    assert after == before
    with filled.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, name, twice, above FROM parents").all()
        assert rows == [(1, "C", 2, 1), (2, "it's", 4, 1)]
        assert connection.exec_driver_sql("SELECT id FROM children").all() == [(1,), (2,)]
        with pytest.raises(sa.exc.IntegrityError, match="kept"):
            connection.exec_driver_sql("DELETE FROM parents")


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("op.replace_check('jobs', 'ck_jobs_nothing', '1 = 1')", LookupError),
        ("op.rebuild_table('nothing', lambda sql: sql)", LookupError),
        ("op.rebuild_table('jobs', lambda sql: 'CREATE TABLE others (id)')", ValueError),
        ("op.rebuild_table('jobs', lambda sql: 'CREATE TABLE jobs (id)')", sa.exc.OperationalError),
        ("op.rebuild_table('jobs', str); op.execute('DELETE FROM people')", CommandError),
    ],
)
@pytest.mark.usefixtures("sqlite")
def test_a_migration_that_fails_changes_nothing(
    filled: sa.Engine, tmp_path: Path, statement: str, error: type[Exception]
) -> None:
    objects, rows = schema(filled), content(filled)
    with pytest.raises(error):
        go(filled, "upgrade", "head", throw_away(tmp_path, statement))
    assert (schema(filled), content(filled)) == (objects, rows)
    with filled.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.usefixtures("sqlite")
def test_a_table_is_not_dropped_while_foreign_keys_are_on(
    filled: sa.Engine, tmp_path: Path
) -> None:
    """A connection that is in a transaction already cannot switch them off."""
    used = config(throw_away(tmp_path, "op.rebuild_table('people', str)"))
    with filled.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        used.attributes["connection"] = connection
        with pytest.raises(RuntimeError, match="people: foreign keys are on"):
            command.upgrade(used, "head")
    with filled.connect() as connection:
        assert count(connection, tables_of(filled)["role_grants"]) > 0
