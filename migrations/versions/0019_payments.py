"""Bank statements with their entries, payments and what they pay."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLES = ("bank_statements", "bank_entries", "payments", "payment_allocations")


def upgrade() -> None:
    op.create_table('bank_statements',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('iban', sa.Text(), nullable=False),
    sa.Column('statement_id', sa.Text(), nullable=False),
    sa.Column('sequence_number', sa.BigInteger(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('opening_minor', sa.BigInteger(), nullable=False),
    sa.Column('opening_currency', sa.Text(), nullable=False),
    sa.Column('closing_minor', sa.BigInteger(), nullable=False),
    sa.Column('closing_currency', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('read_at', MOMENT, nullable=False),
    sa.Column('read_by_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(32), nullable=False),
    sa.Column('booked_at', MOMENT, nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('opening_currency = closing_currency', name=op.f('ck_bank_statements_currency')),
    sa.ForeignKeyConstraint(['read_by_id'], ['people.id'], name=op.f('fk_bank_statements_read_by_id')),
    sa.CheckConstraint("state IN ('read', 'booking', 'booked', 'put_aside')", name=op.f('ck_bank_statements_statementstate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_statements')),
    sa.UniqueConstraint('iban', 'statement_id', name=op.f('uq_bank_statements_iban_statement_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_bank_statements_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_bank_statements_read_by_id'), 'bank_statements', ['read_by_id'], unique=False)
    op.create_index(op.f('ix_bank_statements_sha256'), 'bank_statements', ['sha256'], unique=False)
    op.create_table('bank_entries',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('statement_id', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('value_on', sa.Date(), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.Text(), nullable=False),
    sa.Column('is_reversal', sa.Boolean(), nullable=False),
    sa.Column('counterparty', sa.Text(), nullable=False),
    sa.Column('counterparty_iban', sa.Text(), nullable=False),
    sa.Column('end_to_end_id', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('return_reason', sa.Text(), nullable=False),
    sa.Column('charges_minor', sa.BigInteger(), nullable=False),
    sa.Column('duplicate_key', sa.Text(), nullable=False),
    sa.Column('state', sa.String(32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', MOMENT, nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_bank_entries_amount')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_bank_entries_decided_by_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['bank_statements.id'], name=op.f('fk_bank_entries_statement_id')),
    sa.CheckConstraint("state IN ('new', 'unmatched', 'matched', 'ignored', 'duplicate')", name=op.f('ck_bank_entries_entrystate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_entries')),
    sa.UniqueConstraint('statement_id', 'position', name=op.f('uq_bank_entries_statement_id_position')),
    sa.UniqueConstraint('uid', name=op.f('uq_bank_entries_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_bank_entries_decided_by_id'), 'bank_entries', ['decided_by_id'], unique=False)
    op.create_index(op.f('ix_bank_entries_duplicate_key'), 'bank_entries', ['duplicate_key'], unique=False)
    op.create_index(op.f('ix_bank_entries_state'), 'bank_entries', ['state'], unique=False)
    op.create_table('payments',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_account_id', sa.BigInteger(), nullable=False),
    sa.Column('payer', sa.String(32), nullable=False),
    sa.Column('party_id', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.String(32), nullable=False),
    sa.Column('source_key', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.Text(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', MOMENT, nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger(), nullable=True),
    sa.Column('payer_name', sa.Text(), nullable=False),
    sa.Column('payer_iban', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('bank_entry_id', sa.BigInteger(), nullable=True),
    sa.Column('refunded_minor', sa.BigInteger(), nullable=False),
    sa.Column('reversed_at', MOMENT, nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_payments_amount')),
    sa.CheckConstraint('refunded_minor BETWEEN 0 AND amount_minor', name=op.f('ck_payments_refunded')),
    sa.ForeignKeyConstraint(['bank_entry_id'], ['bank_entries.id'], name=op.f('fk_payments_bank_entry_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_payments_edition_id')),
    sa.ForeignKeyConstraint(['fee_account_id'], ['fee_accounts.id'], name=op.f('fk_payments_fee_account_id')),
    sa.ForeignKeyConstraint(['party_id'], ['billing_parties.id'], name=op.f('fk_payments_party_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['people.id'], name=op.f('fk_payments_recorded_by_id')),
    sa.CheckConstraint("payer IN ('participant', 'sponsor')", name=op.f('ck_payments_payer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments')),
    sa.UniqueConstraint('method', 'source_key', name=op.f('uq_payments_method_source_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_payments_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_payments_bank_entry_id'), 'payments', ['bank_entry_id'], unique=False)
    op.create_index(op.f('ix_payments_edition_id'), 'payments', ['edition_id'], unique=False)
    op.create_index(op.f('ix_payments_fee_account_id'), 'payments', ['fee_account_id'], unique=False)
    op.create_index(op.f('ix_payments_party_id'), 'payments', ['party_id'], unique=False)
    op.create_index(op.f('ix_payments_received_on'), 'payments', ['received_on'], unique=False)
    op.create_index(op.f('ix_payments_recorded_by_id'), 'payments', ['recorded_by_id'], unique=False)
    op.create_table('payment_allocations',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('payment_id', sa.BigInteger(), nullable=False),
    sa.Column('invoice_id', sa.BigInteger(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.Text(), nullable=False),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_payment_allocations_amount')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_payment_allocations_edition_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoices.id'], name=op.f('fk_payment_allocations_invoice_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_payment_allocations_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_allocations')),
    sa.UniqueConstraint('payment_id', 'invoice_id', name=op.f('uq_payment_allocations_payment_id_invoice_id')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_payment_allocations_edition_id'), 'payment_allocations', ['edition_id'], unique=False)
    op.create_index(op.f('ix_payment_allocations_invoice_id'), 'payment_allocations', ['invoice_id'], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
