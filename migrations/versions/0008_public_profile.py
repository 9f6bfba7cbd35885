"""Whether somebody who teaches agreed to be named on public pages: nobody has been asked yet."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("public_profile", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("people", column)


def downgrade() -> None:
    op.drop_column("people", "public_profile")
