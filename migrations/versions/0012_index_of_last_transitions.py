"""Find the last transition of an application by an index alone.

With the column alone, PostgreSQL may read the table from its end for each application.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = "application_transitions"


def upgrade() -> None:
    op.create_index(
        "ix_application_transitions_application_id_id", TABLE, ["application_id", "id"]
    )
    op.drop_index("ix_application_transitions_application_id", table_name=TABLE)


def downgrade() -> None:
    op.create_index("ix_application_transitions_application_id", TABLE, ["application_id"])
    op.drop_index("ix_application_transitions_application_id_id", table_name=TABLE)
