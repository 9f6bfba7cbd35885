"""Nominations as they were typed; links of sponsors that were replaced, and who asked for them."""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

BEGUN_BY = (
    'JOIN application_moves m ON m.application_id = a.id'
    " AND m.event = 'create' AND m.who = '{}'"
)


def upgrade() -> None:
    kind = 'INTEGER' if op.get_bind().dialect.name == 'sqlite' else 'BIGINT'
    op.execute(
        f'ALTER TABLE sponsorships ADD COLUMN asked_by_id {kind}'
        ' CONSTRAINT fk_sponsorships_asked_by_id REFERENCES people (id)'
    )
    op.create_index(op.f('ix_sponsorships_asked_by_id'), 'sponsorships', ['asked_by_id'])
    op.add_column('sponsorships', sa.Column('replaced_at', UtcDateTime(), nullable=True))
    op.create_table(
        'nominations',
        sa.Column('id', sa.BigInteger(), nullable=False),
        sa.Column('sponsorship_id', sa.BigInteger(), nullable=False),
        sa.Column('email', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('nominated_at', UtcDateTime(), nullable=False),
        sa.Column('application_id', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ['sponsorship_id'], ['sponsorships.id'], name=op.f('fk_nominations_sponsorship_id')
        ),
        sa.ForeignKeyConstraint(
            ['application_id'], ['applications.id'],
            name=op.f('fk_nominations_application_id'), ondelete='SET NULL',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_nominations')),
        sa.UniqueConstraint('sponsorship_id', 'email', name=op.f('uq_nominations_sponsorship_id_email')),
        sqlite_strict=True,
    )
    op.create_index(op.f('ix_nominations_application_id'), 'nominations', ['application_id'])
    _fill()


def _fill() -> None:
    op.execute(
        'INSERT INTO nominations (sponsorship_id, email, name, nominated_at, application_id)'
        ' SELECT a.sponsorship_id, p.email, p.name, a.made_at, a.id'
        ' FROM applications a JOIN people p ON p.id = a.person_id '
        + BEGUN_BY.format('sponsor')
        + ' WHERE a.sponsorship_id IS NOT NULL'
    )
    op.execute(
        'UPDATE sponsorships SET asked_by_id = (SELECT min(a.person_id) FROM applications a '
        + BEGUN_BY.format('applicant')
        + ' WHERE a.sponsorship_id = sponsorships.id)'
    )
    op.execute(  # whoever asked has asked another one since, or has thrown the draft away
        'UPDATE sponsorships SET replaced_at = ends_at WHERE letter_id IS NULL AND signed_at IS NULL'
        ' AND NOT EXISTS (SELECT 1 FROM applications a WHERE a.sponsorship_id = sponsorships.id)'
    )


def downgrade() -> None:
    op.drop_table('nominations')
    op.drop_column('sponsorships', 'replaced_at')
    op.drop_index(op.f('ix_sponsorships_asked_by_id'), 'sponsorships')
    op.drop_column('sponsorships', 'asked_by_id')
