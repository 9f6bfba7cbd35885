"""Invoices for several nominees of a sponsor, whose lines are invoices of fee accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
REFUSED = {
    "update": ("UPDATE ON", "an invoice never changes"),
    "delete": ("DELETE ON", "an invoice never changes"),
}
KEPT = "rows of joint_invoices are never replaced and never emptied"


def upgrade() -> None:
    op.create_table(
        "joint_invoices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_currency", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_joint_invoices_total")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_joint_invoices_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorships.id"], name=op.f("fk_joint_invoices_sponsorship_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["people.id"], name=op.f("fk_joint_invoices_issued_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_invoices")),
        sa.UniqueConstraint("number", name=op.f("uq_joint_invoices_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_joint_invoices_reference")),
        sa.UniqueConstraint("uid", name=op.f("uq_joint_invoices_uid")),
        sqlite_strict=True,
    )
    for column in ("edition_id", "sponsorship_id", "issued_by_id"):
        op.create_index(op.f(f"ix_joint_invoices_{column}"), "joint_invoices", [column])
    add_columns()
    keep_rows()


def downgrade() -> None:
    op.drop_index(op.f("ix_invoices_joint_id"), "invoices")
    op.drop_column("invoices", "position")
    op.drop_column("invoices", "joint_id")
    op.drop_table("joint_invoices")
    if op.get_bind().dialect.name != "sqlite":
        for name in (*REFUSED, "truncate"):
            op.execute(f"DROP FUNCTION joint_invoices_no_{name}()")


def add_columns() -> None:
    """Add the line of a joint invoice to invoices, whose triggers stay as they are."""
    key = "CONSTRAINT fk_invoices_joint_id REFERENCES joint_invoices (id)"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE invoices ADD COLUMN joint_id INTEGER {key}")
    else:
        op.execute(f"ALTER TABLE invoices ADD COLUMN joint_id BIGINT {key}")
    op.add_column("invoices", sa.Column("position", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_invoices_joint_id"), "invoices", ["joint_id"])


def keep_rows() -> None:
    """Refuse every change and every deletion of a row, as of an invoice."""
    for name, (event, message) in REFUSED.items():
        trigger = f"joint_invoices_no_{name}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {event} joint_invoices"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        function(trigger, message)
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {event} joint_invoices"
            f" FOR EACH ROW EXECUTE FUNCTION {trigger}()"
        )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER joint_invoices_no_replace BEFORE INSERT ON joint_invoices"
            " WHEN EXISTS (SELECT 1 FROM joint_invoices WHERE id = NEW.id)"
            f" BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        )
        return
    function("joint_invoices_no_truncate", KEPT)
    op.execute(
        "CREATE TRIGGER joint_invoices_no_truncate BEFORE TRUNCATE ON joint_invoices"
        " FOR EACH STATEMENT EXECUTE FUNCTION joint_invoices_no_truncate()"
    )


def function(name: str, message: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $$"
    )
