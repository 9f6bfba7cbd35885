"""One process of a race: records the same payment, and assigns the same bank entry.

`python -m tests.fees.payment_worker URL ACCOUNT ENTRY PERSON`
"""

import sys
from contextlib import suppress
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import wiring
from learning.fees.commands.matching import MatchAction, assign_entry
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import PaymentMethod
from learning.fees.rules.matching import Share
from learning.fees.statement_models import BankEntry
from learning.kit.engines import make_engine
from learning.kit.errors import RuleViolation
from learning.kit.money import Money

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def main(url: str, account_id: str, entry_id: str, person_id: str) -> None:
    database = wiring.database(make_engine(url))
    with database.read_transaction() as session:
        session.scalar(select(FeeAccount.id).limit(1))  # connected before the start
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in range(3):
        with database.transaction() as session:
            pay(session, int(account_id), f"key {number}")
    with suppress(RuleViolation), database.transaction() as session:
        assign(session, int(account_id), int(entry_id), int(person_id))


def pay(session: Session, account_id: int, key: str) -> None:
    account = session.get_one(FeeAccount, account_id)
    new = NewPayment(
        payer=Payer.PARTICIPANT,
        method=PaymentMethod.MANUAL,
        source_key=key,
        amount=Money(24500, "EUR"),
        received_on=date(2026, 12, 1),
        payer_name="Awa Koné",
        by=None,
        now=NOW,
    )
    record_payment(session, account, new)


def assign(session: Session, account_id: int, entry_id: int, person_id: int) -> None:
    entry = session.get_one(BankEntry, entry_id)
    share = Share(account_id=account_id, payer="participant", minor=24500)
    assign_entry(session, entry, [share], MatchAction(by=person_id, now=NOW))


if __name__ == "__main__":
    main(*sys.argv[1:])
