"""Refunds and the transfer files that pay them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLES = ("refund_batches", "refunds")


def upgrade() -> None:
    op.create_table('refund_batches',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('transfers', sa.BigInteger(), nullable=False),
    sa.Column('control_sum_minor', sa.BigInteger(), nullable=False),
    sa.Column('control_sum_currency', sa.Text(), nullable=False),
    sa.Column('execution_on', sa.Date(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('exported_at', MOMENT, nullable=False),
    sa.Column('exported_by_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['exported_by_id'], ['people.id'], name=op.f('fk_refund_batches_exported_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund_batches')),
    sa.UniqueConstraint('message_id', name=op.f('uq_refund_batches_message_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_refund_batches_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_refund_batches_exported_by_id'), 'refund_batches', ['exported_by_id'], unique=False)
    op.create_table('refunds',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_account_id', sa.BigInteger(), nullable=False),
    sa.Column('payment_id', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(32), nullable=False),
    sa.Column('gross_minor', sa.BigInteger(), nullable=False),
    sa.Column('gross_currency', sa.Text(), nullable=False),
    sa.Column('bank_charge_minor', sa.BigInteger(), nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('state', sa.String(32), nullable=False),
    sa.Column('holder_name', sa.Text(), nullable=False),
    sa.Column('iban', sa.Text(), nullable=False),
    sa.Column('account_number', sa.Text(), nullable=False),
    sa.Column('bic', sa.Text(), nullable=False),
    sa.Column('bank_country', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('prepared_by_id', sa.BigInteger(), nullable=True),
    sa.Column('prepared_at', MOMENT, nullable=True),
    sa.Column('approved_by_id', sa.BigInteger(), nullable=True),
    sa.Column('approved_at', MOMENT, nullable=True),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=True),
    sa.Column('settled_on', sa.Date(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("state NOT IN ('approved', 'exported', 'settled') OR approved_by_id IS NOT NULL", name=op.f('ck_refunds_approved')),
    sa.CheckConstraint('approved_by_id <> prepared_by_id', name=op.f('ck_refunds_two_people')),
    sa.CheckConstraint('bank_charge_minor BETWEEN 0 AND gross_minor', name=op.f('ck_refunds_bank_charge')),
    sa.CheckConstraint('gross_minor > 0', name=op.f('ck_refunds_gross')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['people.id'], name=op.f('fk_refunds_approved_by_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['refund_batches.id'], name=op.f('fk_refunds_batch_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_refunds_edition_id')),
    sa.ForeignKeyConstraint(['fee_account_id'], ['fee_accounts.id'], name=op.f('fk_refunds_fee_account_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_refunds_payment_id')),
    sa.ForeignKeyConstraint(['prepared_by_id'], ['people.id'], name=op.f('fk_refunds_prepared_by_id')),
    sa.CheckConstraint("source IN ('cancellation', 'overpayment', 'edition_cancelled', 'other')", name=op.f('ck_refunds_refundsource')),
    sa.CheckConstraint("state IN ('draft', 'pending_approval', 'approved', 'exported', 'settled', 'returned', 'cancelled')", name=op.f('ck_refunds_refundstate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refunds')),
    sa.UniqueConstraint('number', name=op.f('uq_refunds_number')),
    sa.UniqueConstraint('uid', name=op.f('uq_refunds_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_refunds_approved_by_id'), 'refunds', ['approved_by_id'], unique=False)
    op.create_index(op.f('ix_refunds_batch_id'), 'refunds', ['batch_id'], unique=False)
    op.create_index(op.f('ix_refunds_edition_id'), 'refunds', ['edition_id'], unique=False)
    op.create_index(op.f('ix_refunds_fee_account_id'), 'refunds', ['fee_account_id'], unique=False)
    op.create_index(op.f('ix_refunds_payment_id'), 'refunds', ['payment_id'], unique=False)
    op.create_index(op.f('ix_refunds_prepared_by_id'), 'refunds', ['prepared_by_id'], unique=False)
    op.create_index(op.f('ix_refunds_state'), 'refunds', ['state'], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
