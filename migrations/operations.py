"""Operations for migrations that change which values a table takes.

`env.py` loads this file, and alembic offers its functions to the migrations as `op.replace_check`,
`op.replace_values`, `op.replace_transitions` and `op.rebuild_table` (docs/decisions/0020). It
imports nothing of the application, and what it does for a migration stays the same.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from alembic.operations import MigrateOperation, Operations
from sqlalchemy import Connection, text

TOKEN = re.compile(r"""'[^']*'|"[^"]*"|[()]""")  # what is quoted, or a parenthesis
OWN_OBJECTS = text(
    "SELECT sql FROM sqlite_schema"
    " WHERE tbl_name = :table AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid"
)
OWN_SQL = text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table")


@Operations.register_operation("replace_check")
@Operations.register_operation("replace_values")
@Operations.register_operation("replace_transitions")
@Operations.register_operation("rebuild_table")
class GrowTable(MigrateOperation):
    """What alembic's own operations cannot do on SQLite."""

    @classmethod
    def replace_check(cls, operations: Operations, table: str, name: str, condition: str) -> None:
        """Give the CHECK constraint `name` of a table another condition, in SQL.

        Rows that do not meet it make the migration fail (IntegrityError), and nothing is changed.
        """
        connection = operations.get_bind()
        if connection.dialect.name == "sqlite":
            _rebuild(connection, table, lambda sql: with_check(sql, name, condition))
            return
        connection.exec_driver_sql(
            f"ALTER TABLE {_quoted(connection, table)}"
            f" DROP CONSTRAINT {_quoted(connection, name)},"
            f" ADD CONSTRAINT {_quoted(connection, name)} CHECK ({condition})"
        )

    @classmethod
    def replace_values(
        cls, operations: Operations, table: str, column: str, name: str, values: Sequence[str]
    ) -> None:
        """Let a column take these values and no others; `name` is that of its CHECK constraint."""
        quoted = _quoted(operations.get_bind(), column)
        cls.replace_check(operations, table, name, f"{quoted} IN ({_list(values)})")

    @classmethod
    def replace_transitions(
        cls,
        operations: Operations,
        table: str,
        column: str,
        allowed: Mapping[str, Sequence[str]],
    ) -> None:
        """Let a state change from each key of `allowed` to its values, and in no other way.

        The trigger of the table that says so today, `<table>_transition`, is replaced.
        """
        connection, name = operations.get_bind(), f"{table}_transition"
        known = " OR ".join(
            f"(OLD.{column} = '{before}' AND NEW.{column} IN ({_list(after)}))"
            for before, after in allowed.items()
        )
        wrong = f"NEW.{column} <> OLD.{column} AND NOT ({known})"
        message = f"no such transition in {table}"
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} BEFORE UPDATE OF {column} ON {table} WHEN {wrong}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            return
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {wrong} THEN RAISE EXCEPTION '{message}'"
            " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
        )

    @classmethod
    def rebuild_table(cls, operations: Operations, table: str, edit: Callable[[str], str]) -> None:
        """Make a table of SQLite anew from its own CREATE TABLE statement, as `edit` changes it.

        Every column has to stay; a new one needs a default. On PostgreSQL use ALTER TABLE.
        """
        _rebuild(operations.get_bind(), table, edit)


def with_check(sql: str, name: str, condition: str) -> str:
    """Return a CREATE TABLE statement with another condition for one of its CHECK constraints.

    Raise LookupError if there is no such constraint.
    """
    found = re.search(rf'CONSTRAINT "?{re.escape(name)}"? CHECK \(', sql)
    if found is None:
        raise LookupError(f"no CHECK constraint is called {name}")
    depth = 1
    for token in TOKEN.finditer(sql, found.end()):
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if depth == 0:
            return sql[: found.end()] + condition + sql[token.start() :]
    raise LookupError(f"the CHECK constraint {name} does not end")


def _rebuild(connection: Connection, table: str, edit: Callable[[str], str]) -> None:
    """Replace a table of SQLite: https://sqlite.org/lang_altertable.html#otheralter.

    The statements of table, indexes and triggers are SQLite's own text, so that whatever they say
    (STRICT, collations, conditions) stays. `env.py` has switched foreign keys off before the
    transaction began, and looks for rows that point nowhere before it ends.
    """
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise RuntimeError(f"{table}: foreign keys are on, its children would be deleted with it")
    created = connection.scalar(OWN_SQL, {"table": table})
    if created is None:
        raise LookupError(f"there is no table {table}")
    objects = connection.scalars(OWN_OBJECTS, {"table": table}).all()
    old, new = _quoted(connection, table), _quoted(connection, f"{table}__new")
    head = re.compile(rf'CREATE TABLE "?{re.escape(table)}"?(?= *\()')
    statement, replaced = head.subn(lambda _: f"CREATE TABLE {new}", edit(created), count=1)
    if not replaced:
        raise ValueError(f"{table}: not a CREATE TABLE statement of it")
    info = connection.exec_driver_sql(f"PRAGMA table_xinfo({old})").mappings()
    names = [row["name"] for row in info if not row["hidden"]]
    copied = sa.select(sa.table(table, *map(sa.column, names)))
    connection.exec_driver_sql(statement)
    connection.execute(
        sa.insert(sa.table(f"{table}__new", *map(sa.column, names))).from_select(names, copied)
    )
    connection.exec_driver_sql(f"DROP TABLE {old}")
    # Otherwise SQLite would refuse to rename while triggers elsewhere name the table just dropped.
    connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")
    connection.exec_driver_sql(f"ALTER TABLE {new} RENAME TO {old}")
    connection.exec_driver_sql("PRAGMA legacy_alter_table=OFF")
    for each in objects:
        connection.exec_driver_sql(each)


def _list(values: Sequence[str]) -> str:
    return ", ".join("'{}'".format(value.replace("'", "''")) for value in values)


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
