"""Tutors of participants."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tutor_assignments",
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("tutor_id", sa.BigInteger(), nullable=False),
        sa.Column("assigned_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "edition_id"],
            ["enrolments.id", "enrolments.edition_id"],
            name=op.f("fk_tutor_assignments_enrolment_id_edition_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tutor_id"],
            ["people.id"],
            name=op.f("fk_tutor_assignments_tutor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_tutor_assignments")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_tutor_assignments_tutor_id_edition_id",
        "tutor_assignments",
        ["tutor_id", "edition_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("tutor_assignments")
