"""SQL past the application against the ledger: the database refuses all of it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from learning.ledger.actions import post
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance, trial_balance
from tests.ledger.postings import FEE, euros, posting

NEW = (
    "INSERT INTO ledger_transactions (id, key, kind, subject, occurred_on, recorded_at, sealed)"
    " VALUES (900, 'attack', 'invoice', 'invoice 9', '2026-09-01',"
    " '2026-09-01 00:00:00.000000', {sealed})"
)
ENTRY = (
    "INSERT INTO ledger_entries"
    " (transaction_id, account, amount_minor, amount_currency, reference)"
    " VALUES ({transaction}, '{account}', {minor}, '{currency}', '')"
)
SEAL = "UPDATE ledger_transactions SET sealed = true WHERE id = 900"
NEVER_CHANGES = "a transaction of the ledger never changes"
NOT_BALANCED = "a transaction of the ledger does not balance"
CHANGES = {
    "sealed": "false",
    "key": "'other'",
    "kind": "'payment'",
    "subject": "'invoice 8'",
    "occurred_on": "'2026-08-31'",
    "recorded_at": "'2026-08-31 00:00:00.000000'",
    "recorded_by_id": "1",
    "edition_id": "1",
    "reverses_id": "id",
    "id": "901",
}


def entry(minor: int, *, currency: str = "EUR", transaction: str = "900") -> str:
    return ENTRY.format(transaction=transaction, account="bank", minor=minor, currency=currency)


def begun(*entries: str) -> list[str]:
    return [NEW.format(sealed="false"), *entries, SEAL]


ATTACKS = {
    "change an amount": (
        ["UPDATE ledger_entries SET amount_minor = amount_minor * 2"],
        "an entry of the ledger never changes",
    ),
    "move an entry": (
        ["UPDATE ledger_entries SET account = 'bank'"],
        "an entry of the ledger never changes",
    ),
    "an entry that stays as it is": (
        ["UPDATE ledger_entries SET reference = reference"],
        "an entry of the ledger never changes",
    ),
    "delete an entry": (
        ["DELETE FROM ledger_entries WHERE amount_minor > 0"],
        "an entry of the ledger is never deleted",
    ),
    "delete a transaction": (
        ["DELETE FROM ledger_transactions"],
        "a transaction of the ledger is never deleted",
    ),
    "an entry more": (
        [entry(5, transaction="(SELECT max(id) FROM ledger_transactions)")],
        "a sealed transaction takes no entry",
    ),
    "born sealed": (
        [NEW.format(sealed="true")],
        "a transaction of the ledger is inserted without a seal",
    ),
    "sealed without entries": (begun(), NOT_BALANCED),
    "sealed with one entry": (begun(entry(5)), NOT_BALANCED),
    "sealed unbalanced": (begun(entry(5), entry(-4)), NOT_BALANCED),
    "two currencies": (begun(entry(5), entry(-5, currency="CHF")), NOT_BALANCED),
    "two currencies, each balanced": (
        begun(entry(5), entry(-5), entry(5, currency="CHF"), entry(-5, currency="CHF")),
        NOT_BALANCED,
    ),
    "change while sealing": (
        [NEW.format(sealed="false"), entry(5), entry(-5), SEAL.replace("true", "true, kind = 'x'")],
        NEVER_CHANGES,
    ),
    "change before sealing": (
        [NEW.format(sealed="false"), "UPDATE ledger_transactions SET kind = 'x' WHERE id = 900"],
        NEVER_CHANGES,
    ),
    "an entry of zero": ([NEW.format(sealed="false"), entry(0)], "ck_ledger_entries_amount"),
    "an entry of no transaction": (
        [entry(5, transaction="12345")],
        "(?i)foreign key",
    ),
} | {
    f"change {column}": ([f"UPDATE ledger_transactions SET {column} = {value}"], NEVER_CHANGES)  # noqa: S608
    for column, value in CHANGES.items()
}


@pytest.fixture
def posted(session: Session) -> Iterator[Session]:
    post(session, posting())
    session.commit()
    yield session
    session.rollback()
    lines = trial_balance(session)
    assert sum(line.balance.minor for line in lines) == 0
    assert balance(session, LedgerAccount.RECEIVABLES) == euros(FEE)


@pytest.mark.parametrize("name", ATTACKS)
def test_refused(posted: Session, name: str) -> None:
    statements, message = ATTACKS[name]
    for statement in statements[:-1]:
        posted.execute(text(statement))
    with pytest.raises(DBAPIError, match=message), posted.begin_nested():
        posted.execute(text(statements[-1]))


def test_the_same_way_in_works_when_it_balances(posted: Session) -> None:
    """The statements of the attacks are right, but for what is refused."""
    for statement in begun(entry(5), entry(-5)):
        posted.execute(text(statement))
    assert balance(posted, LedgerAccount.BANK) == euros(0)
    assert len(trial_balance(posted)) == 3


def test_a_row_is_not_replaced(posted: Session, database_kind: str) -> None:
    """SQLite deletes what it replaces without a trigger for deletions."""
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE")
    posted.execute(text(NEW.format(sealed="false")))
    whole = "SELECT id, 900, account, amount_minor, amount_currency, reference FROM ledger_entries"
    columns = "id, transaction_id, account, amount_minor, amount_currency, reference"
    moved = f"REPLACE INTO ledger_entries ({columns}) {whole} WHERE amount_minor > 0"
    opened = (
        "REPLACE INTO ledger_transactions"
        " (id, key, kind, subject, occurred_on, recorded_at, sealed)"
        " SELECT id, key, kind, subject, occurred_on, recorded_at, 0 FROM ledger_transactions"
        " WHERE sealed"
    )
    for attack in (moved, opened):
        with pytest.raises(DBAPIError, match="never replaced"), posted.begin_nested():
            posted.execute(text(attack))


@pytest.mark.parametrize("table", ["ledger_entries", "ledger_transactions", "invoices"])
def test_a_table_is_not_emptied(posted: Session, database_kind: str, table: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="never replaced"), posted.begin_nested():
        posted.execute(text(f"TRUNCATE {table} CASCADE"))
