"""Whose money a payment is: the fee agreement that was in force when it was received."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

LAST_COLUMN = "version INTEGER NOT NULL,"
COLUMN, REQUIRED = "fee_agreement_id INTEGER,", "fee_agreement_id INTEGER NOT NULL,"
FOREIGN_KEY = "FOREIGN KEY(fee_agreement_id) REFERENCES fee_agreements (id)"
CONSTRAINT = f", CONSTRAINT fk_payments_fee_agreement_id {FOREIGN_KEY}"
# The latest agreement of the account that was made before the payment; else the first one.
FILL = """
    WITH RECURSIVE chain (account_id, agreement_id) AS (
        SELECT id, fee_agreement_id FROM fee_accounts
        UNION ALL
        SELECT chain.account_id, fee_agreements.continues_id
        FROM chain JOIN fee_agreements ON fee_agreements.id = chain.agreement_id
        WHERE fee_agreements.continues_id IS NOT NULL
    )
    UPDATE payments SET fee_agreement_id = COALESCE(
        (SELECT MAX(fee_agreements.id) FROM chain
         JOIN fee_agreements ON fee_agreements.id = chain.agreement_id
         WHERE chain.account_id = payments.fee_account_id
         AND fee_agreements.agreed_at <= payments.recorded_at),
        (SELECT MIN(chain.agreement_id) FROM chain
         WHERE chain.account_id = payments.fee_account_id)
    )
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("payments", with_column)
        op.execute(FILL)
        op.rebuild_table("payments", lambda sql: sql.replace(COLUMN, REQUIRED))
    else:
        op.execute("ALTER TABLE payments ADD COLUMN fee_agreement_id BIGINT")
        op.execute(FILL)
        op.execute("ALTER TABLE payments ALTER COLUMN fee_agreement_id SET NOT NULL")
        op.execute(
            f"ALTER TABLE payments ADD CONSTRAINT fk_payments_fee_agreement_id {FOREIGN_KEY}"
        )
    op.create_index("ix_payments_fee_agreement_id", "payments", ["fee_agreement_id"])


def downgrade() -> None:
    op.drop_index("ix_payments_fee_agreement_id", table_name="payments")
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("payments", lambda sql: sql.replace(CONSTRAINT, ""))
    op.drop_column("payments", "fee_agreement_id")


def with_column(sql: str) -> str:
    """Return the CREATE TABLE statement with the new column, which is filled afterwards."""
    before, end = sql.rsplit(")", 1)
    if before.count(LAST_COLUMN) != 1:
        raise LookupError("payments: another column is the last one")
    return before.replace(LAST_COLUMN, f"{LAST_COLUMN} {COLUMN}") + CONSTRAINT + ")" + end
