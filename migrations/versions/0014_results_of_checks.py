"""What slow checks found the last time."""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('check_results',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('checked_at', UtcDateTime(), nullable=False),
    sa.Column('fault', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_check_results')),
    sqlite_strict=True
    )


def downgrade() -> None:
    op.drop_table('check_results')
