"""The agreement that a settlement is about: an approval holds for its price and payers."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

LAST_COLUMN = "version INTEGER NOT NULL,"
COLUMN, REQUIRED = "fee_agreement_id INTEGER,", "fee_agreement_id INTEGER NOT NULL,"
FOREIGN_KEY = "FOREIGN KEY(fee_agreement_id) REFERENCES fee_agreements (id)"
CONSTRAINT = f", CONSTRAINT fk_fee_settlements_fee_agreement_id {FOREIGN_KEY}"
# The latest agreement of the account that was made before the decision, or the proposal.
FILL = """
    WITH RECURSIVE chain (account_id, agreement_id) AS (
        SELECT id, fee_agreement_id FROM fee_accounts
        UNION ALL
        SELECT chain.account_id, fee_agreements.continues_id
        FROM chain JOIN fee_agreements ON fee_agreements.id = chain.agreement_id
        WHERE fee_agreements.continues_id IS NOT NULL
    )
    UPDATE fee_settlements SET fee_agreement_id = COALESCE(
        (SELECT MAX(fee_agreements.id) FROM chain
         JOIN fee_agreements ON fee_agreements.id = chain.agreement_id
         WHERE chain.account_id = fee_settlements.fee_account_id
         AND fee_agreements.agreed_at <=
             COALESCE(fee_settlements.decided_at, fee_settlements.proposed_at)),
        (SELECT MIN(chain.agreement_id) FROM chain
         WHERE chain.account_id = fee_settlements.fee_account_id)
    )
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("fee_settlements", with_column)
        op.execute(FILL)
        op.rebuild_table("fee_settlements", lambda sql: sql.replace(COLUMN, REQUIRED))
    else:
        op.execute("ALTER TABLE fee_settlements ADD COLUMN fee_agreement_id BIGINT")
        op.execute(FILL)
        op.execute("ALTER TABLE fee_settlements ALTER COLUMN fee_agreement_id SET NOT NULL")
        op.execute(
            "ALTER TABLE fee_settlements"
            f" ADD CONSTRAINT fk_fee_settlements_fee_agreement_id {FOREIGN_KEY}"
        )
    name = "ix_fee_settlements_fee_agreement_id"
    op.create_index(name, "fee_settlements", ["fee_agreement_id"])


def downgrade() -> None:
    op.drop_index("ix_fee_settlements_fee_agreement_id", table_name="fee_settlements")
    if op.get_bind().dialect.name == "sqlite":
        op.rebuild_table("fee_settlements", lambda sql: sql.replace(CONSTRAINT, ""))
    op.drop_column("fee_settlements", "fee_agreement_id")


def with_column(sql: str) -> str:
    """Return the CREATE TABLE statement with the new column, which is filled afterwards."""
    before, end = sql.rsplit(")", 1)
    if before.count(LAST_COLUMN) != 1:
        raise LookupError("fee_settlements: another column is the last one")
    return before.replace(LAST_COLUMN, f"{LAST_COLUMN} {COLUMN}") + CONSTRAINT + ")" + end
