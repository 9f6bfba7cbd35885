"""One process of a race: issues and credits invoices, and rolls back half of what it does.

`python -m tests.fees.invoice_worker URL SEED ACCOUNT …`: the ids of the accounts that are its own.
"""

import random
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import wiring
from learning.admissions.agreement_models import FeeAgreement
from learning.fees.commands.invoicing import credit_invoice, issue_invoices
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount
from learning.fees.queries.accounts import lock_account
from learning.kit.database import Database
from learning.kit.engines import make_engine

NOW = datetime(2026, 12, 30, 12, tzinfo=UTC)


class RolledBackError(Exception):
    """A transaction that fails at its very end."""


def main(url: str, seed: str, *accounts: str) -> None:
    database, luck = wiring.database(make_engine(url)), random.Random(seed)  # noqa: S311 the same each time
    with database.read_transaction() as session:
        session.scalar(select(FeeAccount.id).limit(1))  # connected before the start
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for account_id in map(int, accounts):
        now = NOW + timedelta(days=luck.randrange(4))  # two days of each year, in any order
        until_committed(database, luck, account_id, now, issue)
        if luck.random() < 0.5:
            until_committed(database, luck, account_id, now, credit_and_issue)


def until_committed(database: Database, luck: random.Random, account_id, now, act) -> None:
    while True:
        with suppress(RolledBackError), database.transaction() as session:
            act(session, account_id, now)
            session.flush()
            if luck.random() < 0.5:
                raise RolledBackError
            return


def issue(session: Session, account_id: int, now: datetime) -> None:
    account = lock_account(session, account_id)
    agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
    assert issue_invoices(session, account, agreement, now=now)


def credit_and_issue(session: Session, account_id: int, now: datetime) -> None:
    account = lock_account(session, account_id)
    own = select(Invoice).where(Invoice.fee_account_id == account_id)
    credit_invoice(session, session.scalars(own).one(), by=None, now=now)
    agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
    assert issue_invoices(session, account, agreement, now=now)


if __name__ == "__main__":
    main(*sys.argv[1:])
