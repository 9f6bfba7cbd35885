"""Proofs of transfer that payers send."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
REFERENCES = {
    "edition_id": "editions",
    "invoice_id": "invoices",
    "file_id": "stored_files",
    "sent_by_id": "people",
    "checked_by_id": "people",
}


def upgrade() -> None:
    op.create_table(
        "transfer_proofs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("sent_by_id", sa.BigInteger(), nullable=True),
        sa.Column("checked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (checked_by_id IS NULL)",
            name=op.f("ck_transfer_proofs_checked"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_transfer_proofs_{column}")
            )
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_proofs")),
        sa.UniqueConstraint("uid", name=op.f("uq_transfer_proofs_uid")),
        sqlite_strict=True,
    )
    for column in REFERENCES:
        op.create_index(op.f(f"ix_transfer_proofs_{column}"), "transfer_proofs", [column])


def downgrade() -> None:
    op.drop_table("transfer_proofs")
