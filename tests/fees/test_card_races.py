"""Real processes take doubled and reordered events while others ask: one payment."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from learning import wiring
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.cli import migrate_to_head
from learning.content.course import Course
from learning.fake_card_provider.provider import Outcome
from learning.fees.card_models import CardSession, CardSessionState, StoredEvent
from learning.fees.payment_models import Payment
from learning.fees.queries.control import broken_books
from learning.kit.engines import make_engine
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from learning.paths import ROOT
from tests.databases import own_database
from tests.fees.card_scenes import begun, client_of, fake_at, invoiced
from tests.world import make_policy, make_world

RUNNERS = 3


def race(url: str, store: Path) -> None:
    """Start all processes together and wait for them."""
    processes = [
        subprocess.Popen(  # noqa: S603 our own script
            [sys.executable, "-m", "tests.fees.card_worker", url, str(store), str(seed)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for seed in range(RUNNERS)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
        assert process.returncode == 0


def test_the_first_of_all_makes_the_one_payment(
    database_kind: str, database_url: str, tmp_path: Path, course: Course
) -> None:
    store = tmp_path / "provider.sqlite"
    fake = fake_at(store)
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        database = wiring.database(engine)
        migrate_to_head(database)
        with database.session(write=True) as session:
            make_policy(session)
            _, invoice = invoiced(session, make_world(session, course))
            row = begun(session, invoice, client_of(fake))
            session_id = row.provider_session_id or ""
        fake.pay(session_id, Outcome.LATER)
        fake.confirm(session_id, succeeds=True)
        race(url, store)
        with database.read_transaction() as session:
            payments = session.scalar(select(func.count()).select_from(Payment))
            events = session.scalar(select(func.count()).select_from(StoredEvent))
            state = session.scalars(select(CardSession.state)).one()
            place = session.scalars(select(Application.state)).one()
            clearing = balance(session, LedgerAccount.CARD_CLEARING).minor
            books = broken_books(session)
        engine.dispose()
    assert (payments, events, state) == (1, 2, CardSessionState.PAID)
    assert (place, clearing, books) == (ApplicationState.ENROLLED, 98000, [])
