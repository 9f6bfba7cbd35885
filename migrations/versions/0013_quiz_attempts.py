"""Attempts at quizzes, their questions as drawn, and every answer that arrives."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
OPEN = sa.text("ended_at IS NULL")


def enrolment_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["enrolment_id", "edition_id"],
        ["enrolments.id", "enrolments.edition_id"],
        name=op.f(f"fk_{table}_enrolment_id_edition_id"),
        ondelete="CASCADE",
    )


def attempt_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["attempt_id"],
        ["quiz_attempts.id"],
        name=op.f(f"fk_{table}_attempt_id"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "quiz_attempts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("usual_minutes", sa.BigInteger(), nullable=True),
        sa.Column("extra_time", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("accepted_until", MOMENT, nullable=False),
        sa.Column("max_points", sa.BigInteger(), nullable=False),
        sa.Column("pass_percent", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end", sa.String(length=32), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_quiz_attempts_number")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (percent IS NULL)", name=op.f("ck_quiz_attempts_percent")
        ),
        sa.CheckConstraint(
            "\"end\" IN ('submitted', 'time-up')", name=op.f("ck_quiz_attempts_attemptend")
        ),
        enrolment_key("quiz_attempts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempts")),
        sa.UniqueConstraint(
            "enrolment_id",
            "module",
            "number",
            name=op.f("uq_quiz_attempts_enrolment_id_module_number"),
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_quiz_attempts_open",
        "quiz_attempts",
        ["enrolment_id", "module"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "quiz_attempt_questions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("question_sha256", sa.Text(), nullable=False),
        sa.Column("flagged_at", MOMENT, nullable=True),
        sa.Column("credit", sa.Text(), nullable=True),
        attempt_key("quiz_attempt_questions"),
        enrolment_key("quiz_attempt_questions"),
        sa.ForeignKeyConstraint(
            ["question_sha256"],
            ["content_snapshots.sha256"],
            name=op.f("fk_quiz_attempt_questions_question_sha256"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempt_questions")),
        sa.UniqueConstraint(
            "attempt_id", "position", name=op.f("uq_quiz_attempt_questions_attempt_id_position")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_quiz_attempt_questions_enrolment_id", "quiz_attempt_questions", ["enrolment_id"]
    )
    op.create_table(
        "quiz_answers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        attempt_key("quiz_answers"),
        enrolment_key("quiz_answers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_answers")),
        sa.UniqueConstraint(
            "attempt_id", "sequence", name=op.f("uq_quiz_answers_attempt_id_sequence")
        ),
        sa.UniqueConstraint(
            "attempt_id",
            "position",
            "idempotency_key",
            name=op.f("uq_quiz_answers_attempt_id_position_idempotency_key"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_quiz_answers_enrolment_id", "quiz_answers", ["enrolment_id"])


def downgrade() -> None:
    op.drop_table("quiz_answers")
    op.drop_table("quiz_attempt_questions")
    op.drop_table("quiz_attempts")
