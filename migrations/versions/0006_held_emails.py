"""When our own side first kept an e-mail back."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Text() if op.get_bind().dialect.name == 'sqlite' else sa.DateTime(timezone=True)
    op.add_column('mails', sa.Column('held_at', kind, nullable=True))


def downgrade() -> None:
    op.drop_column('mails', 'held_at')
