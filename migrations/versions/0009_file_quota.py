"""Who sends files, and uploads whose faults may be of any kind.

Uploads on their way begin again: their table is made anew without its list of faults.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

FAULTS = ('empty', 'too-large', 'not-allowed', 'broken', 'too-many-pixels')


def upgrade() -> None:
    op.create_table('file_owners',
    sa.Column('owner_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('owner_id', name=op.f('pk_file_owners')),
    sqlite_strict=True
    )
    _make_uploads(sa.String(length=16))


def downgrade() -> None:
    _make_uploads(sa.Enum(*FAULTS, name='fault', native_enum=False, create_constraint=True))
    op.drop_table('file_owners')


def _make_uploads(fault) -> None:
    op.drop_table('pending_uploads')
    moment = sa.Text() if op.get_bind().dialect.name == 'sqlite' else sa.DateTime(timezone=True)
    op.create_table('pending_uploads',
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('made_at', moment, nullable=False),
    sa.Column('file_slug', sa.Text(), nullable=True),
    sa.Column('fault', fault, nullable=True),
    sa.CheckConstraint('size > 0', name=op.f('ck_pending_uploads_size')),
    sa.PrimaryKeyConstraint('slug', name=op.f('pk_pending_uploads')),
    sa.UniqueConstraint('part', name=op.f('uq_pending_uploads_part')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_pending_uploads_made_at'), 'pending_uploads', ['made_at'])
    op.create_index(op.f('ix_pending_uploads_owner_id'), 'pending_uploads', ['owner_id'])
