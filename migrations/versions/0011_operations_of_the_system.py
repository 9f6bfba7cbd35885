"""An operation that nobody started, but the system, says so: it had the id 0."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REQUIRED, OPTIONAL = "started_by INTEGER NOT NULL", "started_by INTEGER"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("batch_operations", lambda sql: sql.replace(REQUIRED, OPTIONAL))
    else:
        op.alter_column("batch_operations", "started_by", nullable=True)
    op.execute("UPDATE batch_operations SET started_by = NULL WHERE started_by = 0")


def downgrade() -> None:
    op.execute("UPDATE batch_operations SET started_by = 0 WHERE started_by IS NULL")
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("batch_operations", lambda sql: sql.replace(OPTIONAL, REQUIRED))
    else:
        op.alter_column("batch_operations", "started_by", nullable=False)
