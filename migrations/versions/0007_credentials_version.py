"""What was made for a person carries the version of their credentials."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    version = sa.Column('credentials_version', sa.BigInteger(), nullable=False, server_default='1')
    op.add_column('people', version)
    op.add_column('links', sa.Column('credentials_version', sa.BigInteger(), nullable=True))
    op.execute('UPDATE links SET credentials_version = 1 WHERE person_id IS NOT NULL')


def downgrade() -> None:
    op.drop_column('links', 'credentials_version')
    op.drop_column('people', 'credentials_version')
