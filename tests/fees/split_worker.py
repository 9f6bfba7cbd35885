"""One process of a race: divides a bank entry among accounts, and undoes it, again and again.

`python -m tests.fees.split_worker URL ENTRY PERSON ACCOUNT …`
"""

import sys
from datetime import UTC, date, datetime

from sqlalchemy import select

from learning import wiring
from learning.fees.commands.matching import MatchAction, assign_entry, undo_match
from learning.fees.models import FeeAccount
from learning.fees.rules.matching import Share
from learning.fees.statement_models import BankEntry
from learning.kit.engines import make_engine

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ROUNDS, PART = 15, 1000


def main(url: str, entry_id: str, person_id: str, *account_ids: str) -> None:
    database = wiring.database(make_engine(url))
    with database.read_transaction() as session:
        session.scalar(select(FeeAccount.id).limit(1))  # connected before the start
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    action = MatchAction(by=int(person_id), now=NOW)
    shares = [Share(account_id=int(i), payer="participant", minor=PART) for i in account_ids]
    for _ in range(ROUNDS):
        with database.transaction() as session:
            assign_entry(session, session.get_one(BankEntry, int(entry_id)), shares, action)
        with database.transaction() as session:
            entry = session.get_one(BankEntry, int(entry_id))
            undo_match(session, entry, action, booked_on=date(2026, 12, 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
