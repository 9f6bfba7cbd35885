"""Refunds: their history, who entered the charge of the bank, and the table of transitions."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TRANSITIONS = {
    "draft": ("pending_approval", "cancelled"),
    "pending_approval": ("approved", "draft", "cancelled"),
    "approved": ("pending_approval", "draft", "exported", "settled", "cancelled"),
    "exported": ("settled", "returned"),
    "settled": ("returned",),
    "returned": ("pending_approval", "cancelled"),
}
COLUMNS = ("bank_charge_reason", "charged_by_id", "bank_entry_id")
ON_SQLITE = "bank_charge_reason TEXT DEFAULT '' NOT NULL, charged_by_id INTEGER, bank_entry_id INTEGER,"
CONSTRAINTS = {
    "ck_refunds_two_people_charge": "CHECK (approved_by_id <> charged_by_id)",
    "fk_refunds_charged_by_id": "FOREIGN KEY(charged_by_id) REFERENCES people (id)",
    "fk_refunds_bank_entry_id": "FOREIGN KEY(bank_entry_id) REFERENCES bank_entries (id)",
}
LAST_COLUMN = "version INTEGER NOT NULL,"


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(32), nullable=False, server_default="pain001")
    op.add_column("refund_batches", kind)
    add_columns()
    op.create_index("ix_refunds_charged_by_id", "refunds", ["charged_by_id"])
    op.create_index("ix_refunds_bank_entry_id", "refunds", ["bank_entry_id"], unique=True)
    op.create_table('refund_changes',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('refund_id', sa.BigInteger(), nullable=False),
    sa.Column('event', sa.String(32), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('net_minor', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('by_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_refund_changes_by_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refunds.id'], name=op.f('fk_refund_changes_refund_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund_changes')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_refund_changes_by_id'), 'refund_changes', ['by_id'], unique=False)
    op.create_index(op.f('ix_refund_changes_refund_id'), 'refund_changes', ['refund_id'], unique=False)
    known = " OR ".join(
        f"(OLD.state = '{before}' AND NEW.state IN ({', '.join(map(repr, after))}))"
        for before, after in TRANSITIONS.items()
    )
    refuse(
        "refunds_transition",
        "UPDATE OF state ON refunds",
        f"NEW.state <> OLD.state AND NOT ({known})",
        "no such transition in refunds",
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER refunds_transition" + ("" if sqlite else " ON refunds"))
    if not sqlite:
        op.execute("DROP FUNCTION refunds_transition()")
    op.drop_table("refund_changes")
    op.drop_index("ix_refunds_bank_entry_id", table_name="refunds")
    op.drop_index("ix_refunds_charged_by_id", table_name="refunds")
    if sqlite:
        op.rebuild_table("refunds", lambda sql: sql.replace(added_constraints(), ""))
    for column in COLUMNS:
        op.drop_column("refunds", column)
    op.drop_column("refund_batches", "kind")


def add_columns() -> None:
    """Add the columns with their constraints: SQLite makes the table anew for these."""
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("refunds", with_columns)
        return
    op.execute("ALTER TABLE refunds ADD COLUMN bank_charge_reason TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE refunds ADD COLUMN charged_by_id BIGINT")
    op.execute("ALTER TABLE refunds ADD COLUMN bank_entry_id BIGINT")
    for name, constraint in CONSTRAINTS.items():
        op.execute(f"ALTER TABLE refunds ADD CONSTRAINT {name} {constraint}")


def with_columns(sql: str) -> str:
    """Return the CREATE TABLE statement with the new columns and their constraints."""
    before, end = sql.rsplit(")", 1)
    found = before.count(LAST_COLUMN)
    if found != 1:
        raise LookupError(f"refunds: {found} columns are the last one")
    return before.replace(LAST_COLUMN, f"{LAST_COLUMN} {ON_SQLITE}") + added_constraints() + ")" + end


def added_constraints() -> str:
    return "".join(f", CONSTRAINT {name} {rule}" for name, rule in CONSTRAINTS.items())


def refuse(name: str, event: str, when: str, message: str) -> None:
    """Create a trigger that fails with a message where a condition holds."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {when} THEN RAISE EXCEPTION '{message}'"
        " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()")
