"""Payments recorded by hand are confirmed by a second person."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

LAST_COLUMN = "version INTEGER NOT NULL,"
COLUMNS = "confirmed_by_id INTEGER, confirmed_at TEXT,"
CONSTRAINTS = {
    "ck_payments_two_people": "CHECK (confirmed_by_id <> recorded_by_id)",
    "fk_payments_confirmed_by_id": "FOREIGN KEY(confirmed_by_id) REFERENCES people (id)",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("payments", with_columns)
    else:
        op.execute("ALTER TABLE payments ADD COLUMN confirmed_by_id BIGINT")
        op.execute("ALTER TABLE payments ADD COLUMN confirmed_at TIMESTAMP WITH TIME ZONE")
        for name, constraint in CONSTRAINTS.items():
            op.execute(f"ALTER TABLE payments ADD CONSTRAINT {name} {constraint}")
    op.create_index("ix_payments_confirmed_by_id", "payments", ["confirmed_by_id"])


def downgrade() -> None:
    op.drop_index("ix_payments_confirmed_by_id", table_name="payments")
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("payments", lambda sql: sql.replace(added_constraints(), ""))
    op.drop_column("payments", "confirmed_at")
    op.drop_column("payments", "confirmed_by_id")


def with_columns(sql: str) -> str:
    """Return the CREATE TABLE statement with the new columns and their constraints."""
    before, end = sql.rsplit(")", 1)
    if before.count(LAST_COLUMN) != 1:
        raise LookupError("payments: another column is the last one")
    columns = before.replace(LAST_COLUMN, f"{LAST_COLUMN} {COLUMNS}")
    return columns + added_constraints() + ")" + end


def added_constraints() -> str:
    return "".join(f", CONSTRAINT {name} {rule}" for name, rule in CONSTRAINTS.items())
