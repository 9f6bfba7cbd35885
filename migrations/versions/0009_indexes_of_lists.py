"""Indexes for the filters of the audit trail and of the e-mails."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_audit_entries_action_id": ("audit_entries", ["action", "id"]),
    "ix_audit_entries_actor_id_id": ("audit_entries", ["actor_id", "id"]),
    "ix_outgoing_emails_state_id": ("outgoing_emails", ["state", "id"]),
}


def upgrade() -> None:
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _columns) in INDEXES.items():
        op.drop_index(name, table_name=table)
