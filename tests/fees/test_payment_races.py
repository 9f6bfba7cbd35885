"""Real processes record the same payments and assign the same entry: each counts once."""

from pathlib import Path

from sqlalchemy import func, select

from learning import wiring
from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.cli import migrate_to_head
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.queries.balances import balance_of, invoices_of
from learning.kit.database import Database
from learning.kit.engines import make_engine
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.databases import own_database
from tests.fees import scenes
from tests.races import run_together
from tests.world import make_policy, make_world

RUNNERS = 3


def race(url: str, *words: int) -> None:
    """Start all processes together and wait for them."""
    ended = run_together("tests.fees.payment_worker", [(url, *words)] * RUNNERS)
    assert [each.error for each in ended] == [""] * RUNNERS


def prepared(database: Database, course: Course) -> tuple[int, int, int, int]:
    """Return the ids of an account, its application, a bank entry and a person in finance.

    An invoice of 980 euros is open, and the entry is a quarter of it.
    """
    with database.session(write=True) as session:
        make_policy(session)
        world = make_world(session, course)
        application = scenes.accepted(session, world)
        account = scenes.the_account(session, application)
        if not invoices_of(session, [account.id]):
            scenes.an_invoice(session, account)
        entry = scenes.an_entry(session, 24500)
        session.commit()
        return account.id, application.id, entry.id, world.staff[Role.FINANCE].id


def test_each_payment_counts_once(
    database_kind: str, database_url: str, tmp_path: Path, course: Course
) -> None:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        database = wiring.database(engine)
        migrate_to_head(database)
        account_id, application_id, entry_id, person_id = prepared(database, course)
        race(url, account_id, entry_id, person_id)
        with database.read_transaction() as session:
            payments = session.scalar(select(func.count()).select_from(Payment))
            account = session.get_one(FeeAccount, account_id)
            own = balance_of(session, account)
            receipts = balance(session, LedgerAccount.UNMATCHED_RECEIPTS)
            application = session.get_one(Application, application_id)
            enrolled = select(func.count()).select_from(Enrolment)
            places = session.scalar(enrolled.where(Enrolment.person_id == application.person_id))
            state = application.state
        engine.dispose()
    assert payments == 4
    assert (own.open.minor, own.credit.minor, own.received.minor) == (0, 0, 98000)
    assert (receipts.minor, state, places) == (98000, ApplicationState.ENROLLED, 1)
