"""Late transfers and substitutions that two people allow, and the floor of a later charge."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FLOOR = "ck_fee_agreements_penalty_floor CHECK (penalty_floor BETWEEN 0 AND 100)"
REFERENCES = {
    "edition_id": "editions",
    "application_id": "applications",
    "target_id": "editions",
    "successor_id": "applications",
    "file_id": "stored_files",
    "proposed_by_id": "people",
    "decided_by_id": "people",
}


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE fee_agreements ADD COLUMN penalty_floor {number} DEFAULT 0 NOT NULL"
        f" CONSTRAINT {FLOOR}"
    )
    op.create_table(
        "transfer_overrides",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=True),
        sa.Column("successor_id", sa.BigInteger(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id <> proposed_by_id", name=op.f("ck_transfer_overrides_two_people")
        ),
        sa.CheckConstraint(
            "(target_id IS NULL) <> (successor_id IS NULL)",
            name=op.f("ck_transfer_overrides_one_target"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_transfer_overrides_decided"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_transfer_overrides_{column}")
            )
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_overrides")),
        sa.UniqueConstraint("uid", name=op.f("uq_transfer_overrides_uid")),
        sqlite_strict=True,
    )
    for column in REFERENCES:
        op.create_index(op.f(f"ix_transfer_overrides_{column}"), "transfer_overrides", [column])
    op.create_index(
        "ix_transfer_overrides_open",
        "transfer_overrides",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("transfer_overrides")
    if op.get_bind().dialect.name == "sqlite":  # it drops no column that a CHECK names
        op.rebuild_table("fee_agreements", lambda sql: sql.replace(f" CONSTRAINT {FLOOR}", ""))
    op.drop_column("fee_agreements", "penalty_floor")
