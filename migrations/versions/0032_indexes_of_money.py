"""Indexes of money: what the bank passes on with a transfer, and what is due."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_bank_entries_end_to_end_id", "bank_entries", ["end_to_end_id"])
    op.create_index("ix_invoices_due_on", "invoices", ["due_on"])


def downgrade() -> None:
    op.drop_index("ix_invoices_due_on", "invoices")
    op.drop_index("ix_bank_entries_end_to_end_id", "bank_entries")
