"""Real processes post under the same key at once: one transaction, and all get it."""

import subprocess
import sys
from pathlib import Path

from learning import wiring
from learning.cli import migrate_to_head
from learning.kit.engines import make_engine
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from learning.paths import ROOT
from tests.databases import own_database
from tests.ledger.postings import FEE, euros

RUNNERS = 2
ROUNDS = 3


def race(url: str, key: str) -> list[str]:
    """Start all together; return what became of each."""
    command = [sys.executable, "-m", "tests.ledger.posting_worker", url, key]
    processes = [
        subprocess.Popen(  # noqa: S603 our own script
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(RUNNERS)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    return [process.communicate()[0].strip() for process in processes]


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
