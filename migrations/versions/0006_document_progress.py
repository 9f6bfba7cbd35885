"""Progress of participants in the documents beside the lessons."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "document_progress",
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "edition_id"],
            ["enrolments.id", "enrolments.edition_id"],
            name=op.f("fk_document_progress_enrolment_id_edition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "enrolment_id", "document", name=op.f("pk_document_progress")
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("document_progress")
