"""Alembic's environment: the same engines, one migration at a time on PostgreSQL."""

from alembic import context
from sqlalchemy import Connection, text

from learning.wiring import TABLES

MIGRATION_LOCK = 7_000  # any number that no other advisory lock uses


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=TABLES,
        render_as_batch=sqlite,
        compare_type=not sqlite,
        include_object=belongs_to_us,
        user_module_prefix="",
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        context.run_migrations()


def belongs_to_us(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """Leave out the full-text index, which the models do not know."""
    return not (kind in {"table", "index"} and (name or "").startswith("search_index"))


migrate(context.config.attributes["connection"])
