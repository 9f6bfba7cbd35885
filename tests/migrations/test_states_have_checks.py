"""0010 gives the states of batch operations and the queue of a job a CHECK each."""

import pytest
import sqlalchemy as sa

from tests.migrations.rows import checks_of, content, go

COLUMNS = (
    ("batch_operations", "state", "ck_batch_operations_operationstate"),
    ("batch_items", "state", "ck_batch_items_itemstate"),
    ("jobs", "queue", "ck_jobs_queue"),
)


def test_a_value_that_no_code_knows_is_refused_and_rows_stay(filled: sa.Engine) -> None:
    go(filled, "downgrade", "0010")
    rows = content(filled)
    go(filled, "downgrade", "0009")
    assert {name for *_, name in COLUMNS}.isdisjoint(checks_of(filled))
    go(filled, "upgrade", "0010")
    assert content(filled) == rows
    for table, column, name in COLUMNS:
        assert rows[table]
        changed = sa.update(sa.table(table, sa.column(column))).values({column: "nonsense"})
        with filled.connect() as connection, pytest.raises(sa.exc.IntegrityError, match=name):
            connection.execute(changed)
