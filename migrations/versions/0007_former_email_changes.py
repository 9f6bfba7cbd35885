"""A row for each change of an address: who returns to one and changes it again has two."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OF_ADDRESS = "person_id, email"
OF_CHANGE = "person_id, email, changed_at"


def upgrade() -> None:
    _replace_key(OF_ADDRESS, OF_CHANGE)


def downgrade() -> None:
    op.execute(
        "DELETE FROM former_emails WHERE EXISTS (SELECT 1 FROM former_emails AS later"
        " WHERE later.person_id = former_emails.person_id AND later.email = former_emails.email"
        " AND later.changed_at > former_emails.changed_at)"
    )
    _replace_key(OF_CHANGE, OF_ADDRESS)


def _replace_key(old: str, new: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        before, after = f"PRIMARY KEY ({old})", f"PRIMARY KEY ({new})"
        op.rebuild_table("former_emails", lambda sql: sql.replace(before, after))
    else:
        op.drop_constraint("pk_former_emails", "former_emails")
        op.create_primary_key("pk_former_emails", "former_emails", new.split(", "))
