"""Jobs wait in a queue, with a priority."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('jobs', sa.Column('queue', sa.Text(), server_default='default', nullable=False))
    op.add_column('jobs', sa.Column('priority', sa.BigInteger(), server_default='50', nullable=False))
    op.create_index('ix_jobs_next', 'jobs', ['state', 'queue', 'priority', 'due_at', 'id'])


def downgrade() -> None:
    op.drop_index('ix_jobs_next', 'jobs')
    op.drop_column('jobs', 'priority')
    op.drop_column('jobs', 'queue')
