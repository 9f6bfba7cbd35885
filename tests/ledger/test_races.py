"""Real processes post under the same key at once: one transaction, and all get it."""

from pathlib import Path

from learning import wiring
from learning.cli import migrate_to_head
from learning.kit.engines import make_engine
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.databases import own_database
from tests.ledger.postings import FEE, euros
from tests.races import run_together

RUNNERS = 2
ROUNDS = 3


def race(url: str, key: str) -> list[str]:
    """Start all together; return what became of each."""
    ended = run_together("tests.ledger.posting_worker", [(url, key)] * RUNNERS)
    return [each.error or each.output for each in ended]


def test_one_key_is_posted_once(database_kind: str, database_url: str, tmp_path: Path) -> None:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        database = wiring.database(engine)
        migrate_to_head(database)
        for number in range(ROUNDS):
            got = race(url, f"invoice {number}")
            assert len(set(got)) == 1
            assert got[0].startswith("transaction ")
        with database.read_transaction() as session:
            assert balance(session, LedgerAccount.RECEIVABLES) == euros(ROUNDS * FEE)
        engine.dispose()
