"""A person of whom nothing was seen yet has no last day, whatever others did for them."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

SEEN = "last_seen_at TEXT"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("learner_states", lambda sql: sql.replace(f"{SEEN} NOT NULL", SEEN))
    else:
        op.alter_column("learner_states", "last_seen_at", nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM learner_states WHERE last_seen_at IS NULL")
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("learner_states", lambda sql: sql.replace(SEEN, f"{SEEN} NOT NULL"))
    else:
        op.alter_column("learner_states", "last_seen_at", nullable=False)
