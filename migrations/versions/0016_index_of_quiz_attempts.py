"""Find the attempts at a quiz of an edition by an index: staff pages read them all."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEX = "ix_quiz_attempts_edition_id_module"


def upgrade() -> None:
    op.create_index(INDEX, "quiz_attempts", ["edition_id", "module"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="quiz_attempts")
