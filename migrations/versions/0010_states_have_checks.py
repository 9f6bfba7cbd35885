"""The states of batch operations and the queue of a job take their own values only."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = (  # table, column, name of the CHECK, values
    (
        "batch_operations",
        "state",
        "ck_batch_operations_operationstate",
        ("running", "finished", "cancelled"),
    ),
    ("batch_items", "state", "ck_batch_items_itemstate", ("waiting", "done", "skipped", "failed")),
    ("jobs", "queue", "ck_jobs_queue", ("default", "slow")),
)
END = "\n)\n STRICT"  # of every CREATE TABLE statement of ours


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column, name, values in COLUMNS:
        condition = _condition(column, values)
        if on_sqlite:
            check = _check(name, condition)
            op.rebuild_table(table, lambda sql, check=check: _replaced(sql, END, check))
        else:
            op.alter_column(table, column, type_=sa.String(32))
            op.create_check_constraint(op.f(name), table, condition)


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column, name, values in COLUMNS:
        if on_sqlite:
            check = _check(name, _condition(column, values))
            op.rebuild_table(table, lambda sql, check=check: _replaced(sql, check, END))
        else:
            op.drop_constraint(op.f(name), table, type_="check")
            op.alter_column(table, column, type_=sa.Text())


def _condition(column: str, values: tuple[str, ...]) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values))


def _check(name: str, condition: str) -> str:
    """Return the end of a CREATE TABLE statement of SQLite with one more CHECK."""
    return f", \n\tCONSTRAINT {name} CHECK ({condition}){END}"


def _replaced(sql: str, old: str, new: str) -> str:
    if sql.count(old) != 1:
        raise LookupError(f"not exactly one {old!r} in {sql}")
    return sql.replace(old, new)
