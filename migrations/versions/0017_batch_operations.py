"""Acts on a whole cohort: operations and their items."""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('batch_operations',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('params', sa.Text(), nullable=False),
    sa.Column('started_by', sa.BigInteger(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('emails', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_operations')),
    sa.UniqueConstraint('uid', name=op.f('uq_batch_operations_uid')),
    sqlite_strict=True
    )
    op.create_index('ix_batch_operations_scope', 'batch_operations', ['scope'])
    op.create_table('batch_items',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('operation_id', sa.BigInteger(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(
        ['operation_id'], ['batch_operations.id'],
        name=op.f('fk_batch_items_operation_id'), ondelete='CASCADE',
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_items')),
    sqlite_strict=True
    )
    op.create_index('ix_batch_items_operation_id_state', 'batch_items', ['operation_id', 'state', 'id'])


def downgrade() -> None:
    op.drop_table('batch_items')
    op.drop_table('batch_operations')
