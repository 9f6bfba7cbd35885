"""Proposals of other bank data of the centre: what is proposed never changes, decided once."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLE = "bank_data_proposals"
FIXED = (
    "uid", "old_legal_name", "old_iban", "old_bic", "old_bank_name",
    "legal_name", "iban", "bic", "bank_name", "digest", "proposed_at", "proposed_by_id",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(TABLE,
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('old_legal_name', sa.Text(), nullable=False),
    sa.Column('old_iban', sa.Text(), nullable=False),
    sa.Column('old_bic', sa.Text(), nullable=False),
    sa.Column('old_bank_name', sa.Text(), nullable=False),
    sa.Column('legal_name', sa.Text(), nullable=False),
    sa.Column('iban', sa.Text(), nullable=False),
    sa.Column('bic', sa.Text(), nullable=False),
    sa.Column('bank_name', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('proposed_at', MOMENT, nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(32), nullable=False),
    sa.Column('decided_at', MOMENT, nullable=True),
    sa.Column('decided_by_id', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (decided_by_id IS NULL)", name=op.f('ck_bank_data_proposals_decided')),
    sa.CheckConstraint("state = 'withdrawn' OR decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f('ck_bank_data_proposals_two_people')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_bank_data_proposals_decided_by_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['people.id'], name=op.f('fk_bank_data_proposals_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_data_proposals')),
    sa.UniqueConstraint('uid', name=op.f('uq_bank_data_proposals_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_bank_data_proposals_decided_by_id'), TABLE, ['decided_by_id'], unique=False)
    op.create_index(op.f('ix_bank_data_proposals_proposed_by_id'), TABLE, ['proposed_by_id'], unique=False)
    op.create_index(op.f('ix_bank_data_proposals_state'), TABLE, ['state'], unique=False)
    changed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in FIXED)
    refuse(
        f"{TABLE}_no_change",
        f"UPDATE ON {TABLE}",
        f"(OLD.state <> 'open' OR {changed})",
        "a proposal of bank data is decided once, and never changes",
    )
    refuse(f"{TABLE}_no_deletion", f"DELETE ON {TABLE}", "1 = 1", "proposals of bank data are kept")


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in (f"{TABLE}_no_deletion", f"{TABLE}_no_change"):
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {TABLE}"))
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table(TABLE)


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
        " USING ERRCODE = 'check_violation'; END IF; RETURN COALESCE(NEW, OLD); END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()")
