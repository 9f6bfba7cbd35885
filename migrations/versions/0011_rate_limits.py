"""Rate limits: buckets that leak, in place of counts that grow."""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'rate_limits',
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('empty_at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_rate_limits')),
        sqlite_strict=True,
    )
    op.create_index(op.f('ix_rate_limits_empty_at'), 'rate_limits', ['empty_at'])
    op.drop_table('throttles')  # tries of the last hours, which nothing refers to


def downgrade() -> None:
    op.create_table(
        'throttles',
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('count', sa.BigInteger(), nullable=False),
        sa.Column('last_at', UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_throttles')),
        sqlite_strict=True,
    )
    op.create_index(op.f('ix_throttles_last_at'), 'throttles', ['last_at'])
    op.drop_table('rate_limits')
