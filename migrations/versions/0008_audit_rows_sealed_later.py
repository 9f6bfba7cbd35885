"""Audit rows are written plainly and sealed later: a new table takes the old one's rows."""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

TOLD = 'at, actor, action, subject, detail, previous_hash, hash'


def upgrade() -> None:
    unsealed = sa.text('number IS NULL')
    op.create_table('audit_entries',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.BigInteger(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=True),
    sa.Column('previous_hash', sa.Text(), nullable=True),
    sa.Column('hash', sa.Text(), nullable=True),
    sa.CheckConstraint(
        '(number IS NULL) = (hash IS NULL) AND (number IS NULL) = (previous_hash IS NULL)',
        name=op.f('ck_audit_entries_sealed_whole'),
    ),
    sa.CheckConstraint('number > 0', name=op.f('ck_audit_entries_number_counts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
    sa.UniqueConstraint('number', name=op.f('uq_audit_entries_number')),
    sqlite_strict=True
    )
    op.create_index('ix_audit_entries_subject', 'audit_entries', ['subject'])
    op.create_index(
        'ix_audit_entries_unsealed', 'audit_entries', ['id'],
        postgresql_where=unsealed, sqlite_where=unsealed,
    )
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('LOCK TABLE audit_rows')  # nothing is written while it is copied
    op.execute(f'INSERT INTO audit_entries (id, number, {TOLD}) SELECT id, id, {TOLD} FROM audit_rows')
    _count_on('audit_entries')
    op.drop_table('audit_rows')  # a process of the version before fails; it loses nothing unseen


def downgrade() -> None:
    count = sa.text('SELECT count(*) FROM audit_entries WHERE number IS NULL')
    if unsealed := op.get_bind().scalar(count):
        raise RuntimeError(f'{unsealed} audit rows are not sealed yet: let a worker run first')
    op.create_table('audit_rows',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.BigInteger(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_rows')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_rows_hash')),
    sqlite_strict=True
    )
    op.create_index('ix_audit_rows_subject', 'audit_rows', ['subject'])
    op.execute(f'INSERT INTO audit_rows (id, {TOLD}) SELECT number, {TOLD} FROM audit_entries')
    _count_on('audit_rows')
    op.drop_table('audit_entries')


def _count_on(table) -> None:
    """Let the ids of new rows follow those that were copied."""
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )
