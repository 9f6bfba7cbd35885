"""The addresses that people had before."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "former_emails",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_former_emails_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "email", name=op.f("pk_former_emails")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_former_emails_email"), "former_emails", ["email"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_former_emails_email"), table_name="former_emails")
    op.drop_table("former_emails")
