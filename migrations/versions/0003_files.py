"""Files that people send, and those that are on their way in pieces."""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('stored_files',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('pdf', 'jpeg', 'png', name='kind', native_enum=False, length=16), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'clean', 'infected', name='filestate', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('size > 0', name=op.f('ck_stored_files_size')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_files')),
    sa.UniqueConstraint('key', name=op.f('uq_stored_files_key')),
    sa.UniqueConstraint('slug', name=op.f('uq_stored_files_slug')),
    sqlite_strict=True
    )
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_files_owner_id'), ['owner_id'], unique=False)

    op.create_table('pending_uploads',
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('file_slug', sa.Text(), nullable=True),
    sa.Column('fault', sa.Enum('empty', 'too-large', 'not-allowed', 'broken', 'too-many-pixels', name='fault', native_enum=False, create_constraint=True), nullable=True),
    sa.CheckConstraint('size > 0', name=op.f('ck_pending_uploads_size')),
    sa.PrimaryKeyConstraint('slug', name=op.f('pk_pending_uploads')),
    sa.UniqueConstraint('part', name=op.f('uq_pending_uploads_part')),
    sqlite_strict=True
    )
    with op.batch_alter_table('pending_uploads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pending_uploads_made_at'), ['made_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_pending_uploads_owner_id'), ['owner_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('pending_uploads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pending_uploads_owner_id'))
        batch_op.drop_index(batch_op.f('ix_pending_uploads_made_at'))

    op.drop_table('pending_uploads')
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_files_owner_id'))

    op.drop_table('stored_files')
