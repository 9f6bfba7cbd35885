"""Messages to the course team."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contact_messages",
        sa.Column(
            "id", sa.BigInteger(), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "answered_at >= sent_at", name=op.f("ck_contact_messages_answered_after_sent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_messages")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_contact_messages_email"), "contact_messages", ["email"], unique=False)
    op.create_index(op.f("ix_contact_messages_answered_at"), "contact_messages", ["answered_at"], unique=False)


def downgrade() -> None:
    op.drop_table("contact_messages")
