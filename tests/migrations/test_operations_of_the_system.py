"""From 0011 on, an operation that nobody started names nobody; before, it had the id 0."""

import sqlalchemy as sa

from learning.batches.models import BatchOperation
from tests.migrations.rows import go

STARTED_BY = sa.select(BatchOperation.started_by).order_by(BatchOperation.id)


def test_the_id_of_nobody_becomes_none_and_back(filled: sa.Engine) -> None:
    go(filled, "downgrade", "0011")
    with filled.connect() as connection:
        person_id = connection.scalar(sa.text("SELECT min(id) FROM people"))
    for way, to, set_to, found in (
        ("downgrade", "0010", None, 0),
        ("upgrade", "0011", 0, None),
        ("downgrade", "0010", person_id, person_id),
        ("upgrade", "0011", person_id, person_id),
    ):
        with filled.execution_options(begin="IMMEDIATE").connect() as connection:
            connection.execute(sa.update(BatchOperation).values(started_by=set_to))
            connection.commit()
        go(filled, way, to)
        with filled.connect() as connection:
            assert connection.scalars(STARTED_BY).all() == [found]
