"""Card payments: checkout sessions, events of the provider, refunds to cards, payouts."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLES = ("card_payouts", "card_sessions", "card_refunds", "provider_events")


def upgrade() -> None:
    op.create_table('card_payouts',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('bank_entry_id', sa.BigInteger(), nullable=False),
    sa.Column('gross_minor', sa.BigInteger(), nullable=False),
    sa.Column('gross_currency', sa.Text(), nullable=False),
    sa.Column('charge_minor', sa.BigInteger(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', MOMENT, nullable=False),
    sa.Column('recorded_by_id', sa.BigInteger(), nullable=False),
    sa.Column('reversed_at', MOMENT, nullable=True),
    sa.CheckConstraint('charge_minor BETWEEN 0 AND gross_minor', name=op.f('ck_card_payouts_charge')),
    sa.CheckConstraint('gross_minor > 0', name=op.f('ck_card_payouts_gross')),
    sa.ForeignKeyConstraint(['bank_entry_id'], ['bank_entries.id'], name=op.f('fk_card_payouts_bank_entry_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['people.id'], name=op.f('fk_card_payouts_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_payouts')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_card_payouts_bank_entry_id'), 'card_payouts', ['bank_entry_id'], unique=False)
    op.create_index(op.f('ix_card_payouts_recorded_by_id'), 'card_payouts', ['recorded_by_id'], unique=False)
    op.create_table('card_sessions',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_account_id', sa.BigInteger(), nullable=False),
    sa.Column('invoice_id', sa.BigInteger(), nullable=False),
    sa.Column('payer', sa.String(32), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.Text(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('livemode', sa.Boolean(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('expires_at', MOMENT, nullable=False),
    sa.Column('request_key', sa.Text(), nullable=False),
    sa.Column('state', sa.String(32), nullable=False),
    sa.Column('provider_session_id', sa.Text(), nullable=True),
    sa.Column('provider_payment_id', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('payment_id', sa.BigInteger(), nullable=True),
    sa.Column('checked_at', MOMENT, nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(state = 'paid') = (payment_id IS NOT NULL)", name=op.f('ck_card_sessions_paid')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_card_sessions_amount')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_card_sessions_edition_id')),
    sa.ForeignKeyConstraint(['fee_account_id'], ['fee_accounts.id'], name=op.f('fk_card_sessions_fee_account_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoices.id'], name=op.f('fk_card_sessions_invoice_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_card_sessions_payment_id')),
    sa.CheckConstraint("payer IN ('participant', 'sponsor')", name=op.f('ck_card_sessions_payer')),
    sa.CheckConstraint("state IN ('created', 'open', 'expired', 'pending', 'failed', 'paid')", name=op.f('ck_card_sessions_cardsessionstate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_sessions')),
    sa.UniqueConstraint('payment_id', name=op.f('uq_card_sessions_payment_id')),
    sa.UniqueConstraint('provider', 'provider_session_id', name=op.f('uq_card_sessions_provider_provider_session_id')),
    sa.UniqueConstraint('request_key', name=op.f('uq_card_sessions_request_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_card_sessions_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_card_sessions_edition_id'), 'card_sessions', ['edition_id'], unique=False)
    op.create_index(op.f('ix_card_sessions_fee_account_id'), 'card_sessions', ['fee_account_id'], unique=False)
    op.create_index(op.f('ix_card_sessions_invoice_id'), 'card_sessions', ['invoice_id'], unique=False)
    op.create_index(op.f('ix_card_sessions_provider_payment_id'), 'card_sessions', ['provider_payment_id'], unique=False)
    op.create_index(op.f('ix_card_sessions_state'), 'card_sessions', ['state'], unique=False)
    op.create_index('uq_card_sessions_open', 'card_sessions', ['invoice_id'], unique=True, sqlite_where=sa.text("state IN ('created', 'open')"), postgresql_where=sa.text("state IN ('created', 'open')"))
    op.create_table('card_refunds',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('refund_id', sa.BigInteger(), nullable=False),
    sa.Column('card_session_id', sa.BigInteger(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('amount_currency', sa.Text(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('submitted_at', MOMENT, nullable=False),
    sa.Column('state', sa.String(32), nullable=False),
    sa.Column('provider_refund_id', sa.Text(), nullable=True),
    sa.Column('failure', sa.Text(), nullable=False),
    sa.Column('checked_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['card_session_id'], ['card_sessions.id'], name=op.f('fk_card_refunds_card_session_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refunds.id'], name=op.f('fk_card_refunds_refund_id')),
    sa.CheckConstraint("state IN ('submitted', 'pending', 'succeeded', 'failed')", name=op.f('ck_card_refunds_cardrefundstate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_refunds')),
    sa.UniqueConstraint('provider', 'provider_refund_id', name=op.f('uq_card_refunds_provider_provider_refund_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_card_refunds_reference')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_card_refunds_card_session_id'), 'card_refunds', ['card_session_id'], unique=False)
    op.create_index(op.f('ix_card_refunds_refund_id'), 'card_refunds', ['refund_id'], unique=False)
    op.create_index(op.f('ix_card_refunds_state'), 'card_refunds', ['state'], unique=False)
    op.create_table('provider_events',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('received_at', MOMENT, nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('outcome', sa.String(32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('card_session_id', sa.BigInteger(), nullable=True),
    sa.Column('refund_id', sa.BigInteger(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('resolved_at', MOMENT, nullable=True),
    sa.Column('resolved_by_id', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(outcome = 'quarantined') = (reason <> '')", name=op.f('ck_provider_events_reason')),
    sa.ForeignKeyConstraint(['card_session_id'], ['card_sessions.id'], name=op.f('fk_provider_events_card_session_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refunds.id'], name=op.f('fk_provider_events_refund_id')),
    sa.ForeignKeyConstraint(['resolved_by_id'], ['people.id'], name=op.f('fk_provider_events_resolved_by_id')),
    sa.CheckConstraint("outcome IN ('applied', 'ignored', 'quarantined')", name=op.f('ck_provider_events_eventoutcome')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_events')),
    sa.UniqueConstraint('provider', 'event_id', name=op.f('uq_provider_events_provider_event_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_provider_events_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_provider_events_card_session_id'), 'provider_events', ['card_session_id'], unique=False)
    op.create_index(op.f('ix_provider_events_outcome'), 'provider_events', ['outcome'], unique=False)
    op.create_index(op.f('ix_provider_events_received_at'), 'provider_events', ['received_at'], unique=False)
    op.create_index(op.f('ix_provider_events_refund_id'), 'provider_events', ['refund_id'], unique=False)
    op.create_index(op.f('ix_provider_events_resolved_by_id'), 'provider_events', ['resolved_by_id'], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
