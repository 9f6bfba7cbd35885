"""What a statement's file says beside its balances: version, entries left out, bank charges."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text, number = sa.Text(), sa.BigInteger()
    statements = (
        sa.Column("message_version", text, nullable=False, server_default=""),
        sa.Column("skipped_count", number, nullable=False, server_default="0"),
    )
    for column in statements:
        op.add_column("bank_statements", column)
    charge = sa.Column("is_charge", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("bank_entries", charge)


def downgrade() -> None:
    op.drop_column("bank_entries", "is_charge")
    op.drop_column("bank_statements", "skipped_count")
    op.drop_column("bank_statements", "message_version")
