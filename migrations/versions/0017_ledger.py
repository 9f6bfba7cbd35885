"""The ledger: transactions, their entries, and the triggers that keep them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLES = ("ledger_transactions", "ledger_entries")
BALANCED = (
    "(SELECT count(*) FROM ledger_entries WHERE transaction_id = NEW.id) < 2"
    " OR (SELECT sum(amount_minor) FROM ledger_entries WHERE transaction_id = NEW.id) <> 0"
    " OR (SELECT count(DISTINCT amount_currency) FROM ledger_entries"
    " WHERE transaction_id = NEW.id) <> 1"
)
KEPT = ("id", "key", "kind", "subject", "occurred_on", "recorded_at", "recorded_by_id")
KEPT += ("edition_id", "reverses_id")
TRIGGERS = (
    "ledger_transactions_open",
    "ledger_transactions_seal",
    "ledger_transactions_sealed",
    "ledger_transactions_no_delete",
    "ledger_entries_open",
    "ledger_entries_no_update",
    "ledger_entries_no_delete",
)


def upgrade() -> None:
    op.create_table('ledger_transactions',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', MOMENT, nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger(), nullable=True),
    sa.Column('edition_id', sa.BigInteger(), nullable=True),
    sa.Column('reverses_id', sa.BigInteger(), nullable=True),
    sa.Column('sealed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_ledger_transactions_edition_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['people.id'], name=op.f('fk_ledger_transactions_recorded_by_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['ledger_transactions.id'], name=op.f('fk_ledger_transactions_reverses_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_transactions')),
    sa.UniqueConstraint('key', name=op.f('uq_ledger_transactions_key')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_ledger_transactions_reverses_id')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_ledger_transactions_edition_id'), 'ledger_transactions', ['edition_id'], unique=False)
    op.create_index(op.f('ix_ledger_transactions_occurred_on'), 'ledger_transactions', ['occurred_on'], unique=False)
    op.create_index(op.f('ix_ledger_transactions_recorded_by_id'), 'ledger_transactions', ['recorded_by_id'], unique=False)
    op.create_index(op.f('ix_ledger_transactions_subject'), 'ledger_transactions', ['subject'], unique=False)
    op.create_table('ledger_entries',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('transaction_id', sa.BigInteger(), nullable=False),
    sa.Column('account', sa.String(32), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_ledger_entries_amount')),
    sa.ForeignKeyConstraint(['transaction_id'], ['ledger_transactions.id'], name=op.f('fk_ledger_entries_transaction_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entries')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_ledger_entries_account'), 'ledger_entries', ['account'], unique=False)
    op.create_index(op.f('ix_ledger_entries_reference'), 'ledger_entries', ['reference'], unique=False)
    op.create_index(op.f('ix_ledger_entries_transaction_id'), 'ledger_entries', ['transaction_id'], unique=False)
    create_triggers()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    drop_functions(*TRIGGERS)


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
        " USING ERRCODE = 'check_violation'; END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()")


def drop_functions(*names: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        for name in names:
            op.execute(f"DROP FUNCTION {name}()")


def create_triggers() -> None:
    """Let a transaction be inserted open, filled, and sealed if it balances; nothing else."""
    same = "IS" if op.get_bind().dialect.name == "sqlite" else "IS NOT DISTINCT FROM"
    kept = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in KEPT)
    transactions, entries = "ledger_transactions", "ledger_entries"
    refuse(
        f"{transactions}_open",
        f"INSERT ON {transactions}",
        "NEW.sealed",
        "a transaction of the ledger is inserted without a seal",
    )
    refuse(
        f"{transactions}_seal",
        f"UPDATE ON {transactions}",
        f"NOT OLD.sealed AND NEW.sealed AND ({BALANCED})",
        "a transaction of the ledger does not balance",
    )
    refuse(
        f"{transactions}_sealed",
        f"UPDATE ON {transactions}",
        f"OLD.sealed OR NOT NEW.sealed OR NOT ({kept})",
        "a transaction of the ledger never changes",
    )
    refuse(
        f"{transactions}_no_delete",
        f"DELETE ON {transactions}",
        "1 = 1",
        "a transaction of the ledger is never deleted",
    )
    refuse(
        f"{entries}_open",
        f"INSERT ON {entries}",
        "(SELECT sealed FROM ledger_transactions WHERE id = NEW.transaction_id)",
        "a sealed transaction takes no entry",
    )
    refuse(
        f"{entries}_no_update",
        f"UPDATE ON {entries}",
        "1 = 1",
        "an entry of the ledger never changes",
    )
    refuse(
        f"{entries}_no_delete",
        f"DELETE ON {entries}",
        "1 = 1",
        "an entry of the ledger is never deleted",
    )
