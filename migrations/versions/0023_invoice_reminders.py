"""Reminders of invoices: each step of the schedule once."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "invoice_reminders",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("sent_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "step IN ('before_due', 'first', 'second', 'manual')",
            name=op.f("ck_invoice_reminders_reminderstep"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_invoice_reminders_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_reminders_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["people.id"], name=op.f("fk_invoice_reminders_sent_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_reminders")),
        sqlite_strict=True,
    )
    for column in ("edition_id", "invoice_id", "sent_by_id"):
        op.create_index(op.f(f"ix_invoice_reminders_{column}"), "invoice_reminders", [column])
    op.create_index(
        "ix_invoice_reminders_step",
        "invoice_reminders",
        ["invoice_id", "step"],
        unique=True,
        sqlite_where=sa.text("step <> 'manual'"),
        postgresql_where=sa.text("step <> 'manual'"),
    )


def downgrade() -> None:
    op.drop_table("invoice_reminders")
