"""One process of a race: takes the events of a payment in an order of its own, and asks about it.

`python -m tests.fees.card_worker URL STORE SEED`
"""

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from learning import wiring
from learning.fees.card_models import CardSession
from learning.fees.commands.card_events import take_fetched
from learning.kit.engines import make_engine
from tests.fees.card_scenes import arrive, client_of, fake_at

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
COPIES = 3


def main(url: str, store: str, seed: str) -> None:
    database, fake = wiring.database(make_engine(url)), fake_at(Path(store), NOW)
    with database.read_transaction() as session:
        row = session.scalars(select(CardSession)).one()
        row_id, session_id = row.id, row.provider_session_id or ""
    events = [*fake.store.events(session_id), None] * COPIES
    random.Random(seed).shuffle(events)  # noqa: S311 the order of a race
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for event in events:
        checkout = client_of(fake).fetch_session(session_id)
        with database.transaction() as session:
            if event is None:
                take_fetched(session, session.get_one(CardSession, row_id), checkout, now=NOW)
            else:
                arrive(session, fake, event)


if __name__ == "__main__":
    main(*sys.argv[1:])
