"""Attempts that a tutor released, and decisions about late answers."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def enrolment_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["enrolment_id", "edition_id"],
        ["enrolments.id", "enrolments.edition_id"],
        name=op.f(f"fk_{table}_enrolment_id_edition_id"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "quiz_released_attempts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("released_by_id", sa.BigInteger(), nullable=False),
        sa.Column("released_at", MOMENT, nullable=False),
        enrolment_key("quiz_released_attempts"),
        sa.ForeignKeyConstraint(
            ["released_by_id"],
            ["people.id"],
            name=op.f("fk_quiz_released_attempts_released_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_released_attempts")),
        sqlite_strict=True,
    )
    op.create_table(
        "quiz_late_decisions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["quiz_answers.id"],
            name=op.f("fk_quiz_late_decisions_answer_id"),
            ondelete="CASCADE",
        ),
        enrolment_key("quiz_late_decisions"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_quiz_late_decisions_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_late_decisions")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_quiz_late_decisions_answer_id")),
        sqlite_strict=True,
    )
    for table, column in (
        ("quiz_released_attempts", "enrolment_id"),
        ("quiz_released_attempts", "released_by_id"),
        ("quiz_late_decisions", "enrolment_id"),
        ("quiz_late_decisions", "decided_by_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    op.drop_table("quiz_late_decisions")
    op.drop_table("quiz_released_attempts")
