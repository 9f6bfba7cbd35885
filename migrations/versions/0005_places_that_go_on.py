"""Places that go on: to another edition, or to somebody else; the day of a written notice."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

FORMER = ('substitutes_id', 'transferred_from_id')


def upgrade() -> None:
    for column in FORMER:  # in place: to make the table anew would lose its trigger on SQLite
        kind = 'INTEGER' if op.get_bind().dialect.name == 'sqlite' else 'BIGINT'
        name = f'fk_applications_{column}'
        op.execute(
            f'ALTER TABLE applications ADD COLUMN {column} {kind}'
            f' CONSTRAINT {name} REFERENCES applications (id)'
        )
        op.create_index(f'ix_applications_{column}', 'applications', [column])
    op.add_column('application_moves', sa.Column('noticed_on', sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column('application_moves', 'noticed_on')
    for column in FORMER:
        op.drop_index(f'ix_applications_{column}', 'applications')
        op.drop_column('applications', column)
