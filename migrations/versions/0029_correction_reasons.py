"""Why an invoice was issued again, and why a payment was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("invoices", "correction_reason"), ("payments", "reversal_reason")):
        op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("payments", "reversal_reason")
    op.drop_column("invoices", "correction_reason")
