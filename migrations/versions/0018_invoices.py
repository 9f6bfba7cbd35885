"""The centre, fee accounts, invoices with their series of numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TABLES = ("centre_tax_sentences", "number_series", "centre_details", "fee_accounts", "fee_cancellations", "fee_settlements", "invoices")
VERBS = ("update", "delete")


def upgrade() -> None:
    op.create_table('centre_tax_sentences',
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('language', name=op.f('pk_centre_tax_sentences')),
    sqlite_strict=True
    )
    op.create_table('number_series',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('next_number', sa.BigInteger(), nullable=False),
    sa.Column('last_issued_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_number_series')),
    sqlite_strict=True
    )
    op.create_table('centre_details',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('legal_name', sa.Text(), nullable=False),
    sa.Column('line1', sa.Text(), nullable=False),
    sa.Column('line2', sa.Text(), nullable=False),
    sa.Column('postcode', sa.Text(), nullable=False),
    sa.Column('town', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('vat_id', sa.Text(), nullable=False),
    sa.Column('iban', sa.Text(), nullable=False),
    sa.Column('bic', sa.Text(), nullable=False),
    sa.Column('bank_name', sa.Text(), nullable=False),
    sa.Column('signatory_name', sa.Text(), nullable=False),
    sa.Column('signatory_title', sa.Text(), nullable=False),
    sa.Column('changed_at', MOMENT, nullable=False),
    sa.Column('changed_by_id', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_centre_details_one_row')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['people.id'], name=op.f('fk_centre_details_changed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_centre_details')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_centre_details_changed_by_id'), 'centre_details', ['changed_by_id'], unique=False)
    op.create_table('fee_accounts',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_agreement_id', sa.BigInteger(), nullable=False),
    sa.Column('opened_at', MOMENT, nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_fee_accounts_edition_id')),
    sa.ForeignKeyConstraint(['fee_agreement_id'], ['fee_agreements.id'], name=op.f('fk_fee_accounts_fee_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_accounts')),
    sa.UniqueConstraint('fee_agreement_id', name=op.f('uq_fee_accounts_fee_agreement_id')),
    sa.UniqueConstraint('uid', name=op.f('uq_fee_accounts_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_fee_accounts_edition_id'), 'fee_accounts', ['edition_id'], unique=False)
    op.create_table('fee_cancellations',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_account_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_agreement_id', sa.BigInteger(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('days', sa.BigInteger(), nullable=False),
    sa.Column('percent', sa.BigInteger(), nullable=False),
    sa.Column('paid_minor', sa.BigInteger(), nullable=False),
    sa.Column('paid_currency', sa.Text(), nullable=False),
    sa.Column('charge_minor', sa.BigInteger(), nullable=False),
    sa.Column('charge_currency', sa.Text(), nullable=False),
    sa.Column('cancelled_at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_fee_cancellations_edition_id')),
    sa.ForeignKeyConstraint(['fee_account_id'], ['fee_accounts.id'], name=op.f('fk_fee_cancellations_fee_account_id')),
    sa.ForeignKeyConstraint(['fee_agreement_id'], ['fee_agreements.id'], name=op.f('fk_fee_cancellations_fee_agreement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_cancellations')),
    sa.UniqueConstraint('fee_agreement_id', name=op.f('uq_fee_cancellations_fee_agreement_id')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_fee_cancellations_edition_id'), 'fee_cancellations', ['edition_id'], unique=False)
    op.create_index(op.f('ix_fee_cancellations_fee_account_id'), 'fee_cancellations', ['fee_account_id'], unique=False)
    op.create_table('fee_settlements',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_account_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger(), nullable=False),
    sa.Column('proposed_at', MOMENT, nullable=False),
    sa.Column('file_id', sa.BigInteger(), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', MOMENT, nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('decided_by_id <> proposed_by_id', name=op.f('ck_fee_settlements_two_people')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_fee_settlements_decided_by_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_fee_settlements_edition_id')),
    sa.ForeignKeyConstraint(['fee_account_id'], ['fee_accounts.id'], name=op.f('fk_fee_settlements_fee_account_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_fee_settlements_file_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['people.id'], name=op.f('fk_fee_settlements_proposed_by_id')),
    sa.CheckConstraint("kind IN ('guarantee', 'waiver', 'elsewhere')", name=op.f('ck_fee_settlements_settlementkind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fee_settlements')),
    sa.UniqueConstraint('uid', name=op.f('uq_fee_settlements_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_fee_settlements_decided_by_id'), 'fee_settlements', ['decided_by_id'], unique=False)
    op.create_index(op.f('ix_fee_settlements_edition_id'), 'fee_settlements', ['edition_id'], unique=False)
    op.create_index(op.f('ix_fee_settlements_fee_account_id'), 'fee_settlements', ['fee_account_id'], unique=False)
    op.create_index(op.f('ix_fee_settlements_file_id'), 'fee_settlements', ['file_id'], unique=False)
    op.create_index(op.f('ix_fee_settlements_proposed_by_id'), 'fee_settlements', ['proposed_by_id'], unique=False)
    op.create_table('invoices',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(32), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_account_id', sa.BigInteger(), nullable=False),
    sa.Column('fee_agreement_id', sa.BigInteger(), nullable=False),
    sa.Column('payer', sa.String(32), nullable=False),
    sa.Column('party_id', sa.BigInteger(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('total_currency', sa.Text(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('seller', sa.Text(), nullable=False),
    sa.Column('buyer', sa.Text(), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.Column('issued_at', MOMENT, nullable=False),
    sa.Column('issued_by_id', sa.BigInteger(), nullable=True),
    sa.Column('credits_id', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("(kind = 'credit_note') = (credits_id IS NOT NULL)", name=op.f('ck_invoices_credits')),
    sa.CheckConstraint('total_minor > 0', name=op.f('ck_invoices_total')),
    sa.ForeignKeyConstraint(['credits_id'], ['invoices.id'], name=op.f('fk_invoices_credits_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_invoices_edition_id')),
    sa.ForeignKeyConstraint(['fee_account_id'], ['fee_accounts.id'], name=op.f('fk_invoices_fee_account_id')),
    sa.ForeignKeyConstraint(['fee_agreement_id'], ['fee_agreements.id'], name=op.f('fk_invoices_fee_agreement_id')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['people.id'], name=op.f('fk_invoices_issued_by_id')),
    sa.ForeignKeyConstraint(['party_id'], ['billing_parties.id'], name=op.f('fk_invoices_party_id')),
    sa.CheckConstraint("kind IN ('invoice', 'credit_note', 'cancellation_charge')", name=op.f('ck_invoices_invoicekind')),
    sa.CheckConstraint("payer IN ('participant', 'sponsor')", name=op.f('ck_invoices_payer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoices')),
    sa.UniqueConstraint('credits_id', name=op.f('uq_invoices_credits_id')),
    sa.UniqueConstraint('number', name=op.f('uq_invoices_number')),
    sa.UniqueConstraint('reference', name=op.f('uq_invoices_reference')),
    sa.UniqueConstraint('uid', name=op.f('uq_invoices_uid')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_invoices_edition_id'), 'invoices', ['edition_id'], unique=False)
    op.create_index(op.f('ix_invoices_fee_account_id'), 'invoices', ['fee_account_id'], unique=False)
    op.create_index(op.f('ix_invoices_fee_agreement_id'), 'invoices', ['fee_agreement_id'], unique=False)
    op.create_index(op.f('ix_invoices_issued_by_id'), 'invoices', ['issued_by_id'], unique=False)
    op.create_index(op.f('ix_invoices_issued_on'), 'invoices', ['issued_on'], unique=False)
    op.create_index(op.f('ix_invoices_party_id'), 'invoices', ['party_id'], unique=False)
    keep("invoices", "an invoice never changes")
    keep("fee_cancellations", "a cancellation never changes")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    drop_functions(
        *(f"{table}_no_{verb}" for table in ("invoices", "fee_cancellations") for verb in VERBS)
    )


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


def keep(table: str, message: str) -> None:
    """Refuse every change and every deletion of a row."""
    refuse(f"{table}_no_update", f"UPDATE ON {table}", "1 = 1", message)
    refuse(f"{table}_no_delete", f"DELETE ON {table}", "1 = 1", message)


def drop_functions(*names: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        for name in names:
            op.execute(f"DROP FUNCTION {name}()")
