"""What the demonstration fills goes down and up with each migration, on both databases."""

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from learning import wiring
from tests.migrations.rows import config, counts, go

EMPTIED = {"pending_uploads"}  # what is on its way is sent again


def revisions() -> list[str]:
    """Return every revision, the newest first, and the beginning."""
    newest_first = ScriptDirectory.from_config(config()).walk_revisions()
    return [*(each.revision for each in newest_first), "base"]


def test_the_demo_s_data_go_down_and_up_with_each_migration(filled: sa.Engine) -> None:
    before = counts(filled)
    assert [table for table in wiring.TABLES.tables if not before[table]] == []
    here, *older = revisions()
    for below in older:
        go(filled, "downgrade", below)
        down = counts(filled)
        go(filled, "upgrade", here)
        kept = (before.keys() & down.keys()) - EMPTIED
        now = counts(filled)
        assert {name: now[name] for name in kept} == {name: before[name] for name in kept}, here
        go(filled, "downgrade", below)
        here, before = below, counts(filled)
    assert set(before) == {"alembic_version"}
