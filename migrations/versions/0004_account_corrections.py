"""What staff corrected in the accounts of others."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account_corrections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
        sa.Column("corrected_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_account_corrections_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["people.id"], name=op.f("fk_account_corrections_corrected_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_corrections")),
        sqlite_strict=True,
    )
    for column in ("person_id", "corrected_by_id"):
        op.create_index(
            op.f(f"ix_account_corrections_{column}"), "account_corrections", [column], unique=False
        )


def downgrade() -> None:
    op.drop_table("account_corrections")
