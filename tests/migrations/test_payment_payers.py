"""A payment gets the agreement that was in force when it was recorded."""

from datetime import UTC, datetime

import sqlalchemy as sa

from tests.migrations.rows import go, put, tables_of

BELOW, HERE = "0033", "0034"


def test_a_payment_keeps_the_agreement_of_its_time(filled: sa.Engine) -> None:
    go(filled, "downgrade", HERE)
    expected = agreements(filled)
    assert expected
    payment_id, account_id, first_id = next(iter(expected))
    go(filled, "downgrade", BELOW)
    tables = tables_of(filled)
    with filled.begin() as connection:
        known = tables["fee_agreements"]
        first = connection.execute(sa.select(known).where(known.c.id == first_id)).mappings().one()
        values = dict(first) | {"agreed_at": datetime(2999, 1, 1, tzinfo=UTC)}
        later_id = put(connection, known, **_without_id(values, first_id))
        accounts = tables["fee_accounts"]
        connection.execute(
            accounts.update().where(accounts.c.id == account_id).values(fee_agreement_id=later_id)
        )
    go(filled, "upgrade", HERE)
    assert agreements(filled) == expected
    assert (payment_id, account_id, first_id) in agreements(filled)


def agreements(engine: sa.Engine) -> set[tuple[int, int, int]]:
    """Return the agreement of each payment: payment, account, agreement."""
    payments = tables_of(engine)["payments"].c
    rows = sa.select(payments.id, payments.fee_account_id, payments.fee_agreement_id)
    with engine.connect() as connection:
        return {(row[0], row[1], row[2]) for row in connection.execute(rows)}


def _without_id(values: dict[str, object], continues_id: int) -> dict[str, object]:
    return {k: v for k, v in values.items() if k != "id"} | {"continues_id": continues_id}
