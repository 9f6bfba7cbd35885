"""Links to invoices for sponsors, who have no account."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "invoice_links",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorships.id"], name=op.f("fk_invoice_links_sponsorship_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invoice_links_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_invoice_links_sponsorship_id"), "invoice_links", ["sponsorship_id"])


def downgrade() -> None:
    op.drop_table("invoice_links")
