"""Titles of courses, stored when a course is indexed: invoices copy them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_titles",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("course", "language", name=op.f("pk_course_titles")),
        sqlite_strict=True,
    )
    op.execute("UPDATE search_revisions SET revision = ''")  # each is indexed again


def downgrade() -> None:
    op.drop_table("course_titles")
