"""People are listed by name a page at a time, from an index."""

from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_people_sort_key_id', 'people', ['sort_key', 'id'])


def downgrade() -> None:
    op.drop_index('ix_people_sort_key_id', 'people')
