"""Quotes for sponsors, and what a sponsor says about its order."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
CONTENT = (
    "id", "uid", "number", "edition_id", "sponsorship_id", "total_minor", "total_currency",
    "issued_on", "valid_until", "language", "seller", "buyer", "lines", "issued_at",
)  # fmt: skip
MESSAGE = "what a quote says never changes"


def upgrade() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_currency", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by_id", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_quotes_total")),
        sa.CheckConstraint("valid_until >= issued_on", name=op.f("ck_quotes_valid_until")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_quotes_outcome")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_quotes_edition_id")),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorships.id"], name=op.f("fk_quotes_sponsorship_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["people.id"], name=op.f("fk_quotes_issued_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("number", name=op.f("uq_quotes_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_quotes_uid")),
        sqlite_strict=True,
    )
    for column in ("edition_id", "sponsorship_id", "issued_by_id"):
        op.create_index(op.f(f"ix_quotes_{column}"), "quotes", [column])
    waits = sa.text("accepted_at IS NULL AND withdrawn_at IS NULL")
    op.create_index(
        "ix_quotes_open",
        "quotes",
        ["sponsorship_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_table(
        "sponsor_billings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("is_joint", sa.Boolean(), nullable=False),
        sa.Column("po_number", sa.Text(), nullable=False),
        sa.Column("po_document_id", sa.BigInteger(), nullable=True),
        sa.Column("po_received_at", MOMENT, nullable=True),
        sa.Column("po_promised_until", sa.Date(), nullable=True),
        sa.Column("po_promised_at", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(po_number = '') = (po_received_at IS NULL)", name=op.f("ck_sponsor_billings_po")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_sponsor_billings_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorships.id"], name=op.f("fk_sponsor_billings_sponsorship_id")
        ),
        sa.ForeignKeyConstraint(
            ["po_document_id"], ["stored_files.id"], name=op.f("fk_sponsor_billings_po_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_billings")),
        sa.UniqueConstraint("sponsorship_id", name=op.f("uq_sponsor_billings_sponsorship_id")),
        sqlite_strict=True,
    )
    for column in ("edition_id", "po_document_id"):
        op.create_index(op.f(f"ix_sponsor_billings_{column}"), "sponsor_billings", [column])
    keep_text()


def downgrade() -> None:
    op.drop_table("sponsor_billings")
    op.drop_table("quotes")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION quotes_no_update()")


def keep_text() -> None:
    """Refuse a change of what a quote says; its outcome is added later."""
    event = f"UPDATE OF {', '.join(CONTENT)} ON quotes"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER quotes_no_update BEFORE {event}"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION quotes_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER quotes_no_update BEFORE {event}"
        " FOR EACH ROW EXECUTE FUNCTION quotes_no_update()"
    )
