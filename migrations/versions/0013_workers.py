"""Workers say that they are alive; errors of jobs name nobody."""

import sqlalchemy as sa
from alembic import op

from learning.kit.email_addresses import without_addresses
from learning.kit.types import UtcDateTime

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('workers',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_workers')),
    sqlite_strict=True
    )
    jobs = sa.table('jobs', sa.column('id', sa.BigInteger), sa.column('error', sa.Text))
    rows = op.get_bind().execute(sa.select(jobs).where(jobs.c.error.contains('@'))).all()
    for id_, error in rows:
        op.execute(jobs.update().where(jobs.c.id == id_).values(error=without_addresses(error)))


def downgrade() -> None:
    op.drop_table('workers')
