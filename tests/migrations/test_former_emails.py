"""A former address has a row for each change from 0007 on; before, it had one."""

from datetime import timedelta

import sqlalchemy as sa

from learning.accounts.models import FormerEmail
from tests.migrations.rows import go
from tests.world import NOW

EMAIL = "returned@example.org"


def test_a_downgrade_leaves_the_latest_change(filled: sa.Engine) -> None:
    moments = [NOW, NOW + timedelta(days=1)]
    own = sa.select(FormerEmail.changed_at).where(FormerEmail.email == EMAIL)
    with filled.execution_options(begin="IMMEDIATE").connect() as connection:
        person_id = connection.scalar(sa.text("SELECT min(id) FROM people"))
        rows = [{"person_id": person_id, "email": EMAIL, "changed_at": at} for at in moments]
        connection.execute(sa.insert(FormerEmail), rows)
        connection.commit()
    for way, to in (("downgrade", "0006"), ("upgrade", "0007")):
        go(filled, way, to)
        with filled.connect() as connection:
            assert connection.scalars(own).all() == moments[1:]
