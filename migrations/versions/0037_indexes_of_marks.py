"""Find the attempts with a question, and the latest override of an item, by an index."""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

QUESTIONS = "quiz_attempt_questions"
OVERRIDES = "mark_overrides"


def upgrade() -> None:
    op.create_index(f"ix_{QUESTIONS}_question_sha256", QUESTIONS, ["question_sha256"])
    op.create_index(
        f"ix_{OVERRIDES}_enrolment_id_item_id", OVERRIDES, ["enrolment_id", "item", "id"]
    )
    op.drop_index(f"ix_{OVERRIDES}_enrolment_id", table_name=OVERRIDES)


def downgrade() -> None:
    op.create_index(f"ix_{OVERRIDES}_enrolment_id", OVERRIDES, ["enrolment_id"])
    op.drop_index(f"ix_{OVERRIDES}_enrolment_id_item_id", table_name=OVERRIDES)
    op.drop_index(f"ix_{QUESTIONS}_question_sha256", table_name=QUESTIONS)
