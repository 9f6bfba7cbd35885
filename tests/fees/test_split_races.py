"""Real processes divide bank entries among accounts of two editions, in crossing orders."""

from pathlib import Path

from sqlalchemy import func, select

from learning import wiring
from learning.access.permissions import Role
from learning.catalogue.models import EditionStatus
from learning.cli import migrate_to_head
from learning.content.course import Course
from learning.fees.payment_models import Payment
from learning.kit.database import Database
from learning.kit.engines import make_engine
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.databases import own_database
from tests.fees import scenes
from tests.fees.split_worker import PART, ROUNDS
from tests.races import run_together
from tests.world import make_edition, make_policy, make_world


def prepared(database: Database, course: Course) -> list[tuple[int, ...]]:
    """Return for each process an entry, a person in finance, and the accounts of its parts.

    By account, the first process comes to the open edition and then to the other one, the second
    process the other way round: a process that locks account by account waits for the other one.
    """
    with database.session(write=True) as session:
        make_policy(session)
        world = make_world(session, course)
        other = make_edition(session, "SECOND", -8, EditionStatus.OPEN)
        by = world.staff[Role.FINANCE].id
        runs = []
        for editions in ((world.open, other), (other, world.open)):
            accounts = [scenes.an_account(session, world, edition=each) for each in editions]
            entry = scenes.an_entry(session, len(accounts) * PART)
            runs.append((entry.id, by, *(each.id for each in accounts)))
        session.commit()
    return runs


def run(url: str, runs: list[tuple[int, ...]]) -> list[str]:
    """Start a process for each run, together; return the traceback of each, "" for none."""
    ended = run_together("tests.fees.split_worker", [(url, *each) for each in runs])
    return [each.error for each in ended]


def test_crossing_orders_do_not_deadlock(
    database_kind: str, database_url: str, tmp_path: Path, course: Course
) -> None:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        database = wiring.database(engine)
        migrate_to_head(database)
        runs = prepared(database, course)
        assert run(url, runs) == [""] * len(runs)
        with database.read_transaction() as session:
            payments = session.scalar(select(func.count()).select_from(Payment))
            not_reversed = session.scalar(
                select(func.count()).select_from(Payment).where(Payment.reversed_at.is_(None))
            )
            left = balance(session, LedgerAccount.RECEIVABLES).minor
            unmatched = balance(session, LedgerAccount.UNMATCHED_RECEIPTS).minor
        engine.dispose()
    assert (payments, not_reversed) == (len(runs) * 2 * ROUNDS, 0)
    assert (left, unmatched) == (0, 0)
