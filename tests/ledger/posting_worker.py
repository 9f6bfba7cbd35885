"""One process of a race: waits at the start, posts under a key, says which transaction it got.

`python -m tests.ledger.posting_worker URL KEY`
"""

import sys

from sqlalchemy import select

from learning import wiring
from learning.kit.engines import make_engine
from learning.ledger.actions import post
from learning.ledger.models import LedgerTransaction
from tests.ledger.postings import posting


def main(url: str, key: str) -> str:
    database = wiring.database(make_engine(url))
    with database.read_transaction() as session:
        session.scalar(select(LedgerTransaction.id).limit(1))  # connected before the start
    say("ready")
    sys.stdin.readline()
    with database.transaction() as session:
        return f"transaction {post(session, posting(key=key)).id}"


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(main(*sys.argv[1:]))
