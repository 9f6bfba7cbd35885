"""Exemptions that are lifted stay, with who lifted them and when."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
LAST_COLUMN = "decided_at TEXT NOT NULL,"
ON_SQLITE = "lifted_by_id INTEGER, lifted_at TEXT,"
CONSTRAINTS = {
    "fk_exemptions_lifted_by_id": "FOREIGN KEY(lifted_by_id) REFERENCES people (id)",
    "ck_exemptions_lifted": "CHECK ((lifted_by_id IS NULL) = (lifted_at IS NULL))",
}
UNIQUE = "CONSTRAINT uq_exemptions_enrolment_id_item UNIQUE (enrolment_id, item),"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("exemptions", with_columns)
    else:
        op.add_column("exemptions", sa.Column("lifted_by_id", sa.BigInteger()))
        op.add_column("exemptions", sa.Column("lifted_at", MOMENT))
        for name, rule in CONSTRAINTS.items():
            op.execute(f"ALTER TABLE exemptions ADD CONSTRAINT {name} {rule}")
        op.drop_constraint("uq_exemptions_enrolment_id_item", "exemptions")
    op.create_index("ix_exemptions_lifted_by_id", "exemptions", ["lifted_by_id"])
    op.create_index("ix_exemptions_enrolment_id", "exemptions", ["enrolment_id"])
    op.create_index(
        "uq_exemptions_in_force",
        "exemptions",
        ["enrolment_id", "item"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def downgrade() -> None:
    for name in ("uq_exemptions_in_force", "ix_exemptions_enrolment_id", "ix_exemptions_lifted_by_id"):
        op.drop_index(name, table_name="exemptions")
    op.execute("DELETE FROM exemptions WHERE lifted_at IS NOT NULL")
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("exemptions", without_constraints)
    else:
        for name in CONSTRAINTS:
            op.drop_constraint(name, "exemptions")
        op.create_unique_constraint(
            "uq_exemptions_enrolment_id_item", "exemptions", ["enrolment_id", "item"]
        )
    op.drop_column("exemptions", "lifted_by_id")
    op.drop_column("exemptions", "lifted_at")


def with_columns(sql: str) -> str:
    """Return the CREATE TABLE statement with the new columns, without the key of all rows."""
    own = replaced(replaced(sql, UNIQUE, ""), LAST_COLUMN, f"{LAST_COLUMN} {ON_SQLITE}")
    before, end = own.rsplit(")", 1)
    return before + added_constraints() + ")" + end


def without_constraints(sql: str) -> str:
    """Return the CREATE TABLE statement in which nothing but the columns is left of it."""
    return replaced(replaced(sql, added_constraints(), ""), ON_SQLITE, f"{ON_SQLITE} {UNIQUE}")


def added_constraints() -> str:
    return "".join(f", CONSTRAINT {name} {rule}" for name, rule in CONSTRAINTS.items())


def replaced(sql: str, old: str, new: str) -> str:
    """Return a statement with another part; raise LookupError unless it is there once."""
    if sql.count(old) != 1:
        raise LookupError(f"{old}: {sql.count(old)} times in the table")
    return sql.replace(old, new)
