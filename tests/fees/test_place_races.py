"""Real processes: the same cancellation at once, and a cancellation against a payment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.cli import migrate_to_head
from learning.content.course import Course
from learning.fees.models import FeeAccount, FeeCancellation
from learning.fees.queries.balances import balance_of
from learning.kit.database import Database
from learning.kit.engines import make_engine
from tests.databases import own_database
from tests.fees.places import a_place, account_for, check_money, gross_of, pay
from tests.races import run_together
from tests.world import World, make_world, trail_is_whole

RUNNERS, FEE = 4, 98000


@dataclass(frozen=True, kw_only=True)
class Track:
    url: str
    database: Database


@pytest.fixture(scope="module")
def track(
    database_kind: str, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Track]:
    folder = tmp_path_factory.mktemp("places")
    with own_database(database_kind, database_url, folder) as url:
        engine = make_engine(url)
        database = wiring.database(engine)
        migrate_to_head(database)
        yield Track(url=url, database=database)
        engine.dispose()


@pytest.fixture
def ready(track: Track, course: Course) -> Iterator[tuple[Session, World]]:
    """A world of its own; the one before is out of the way."""
    with track.database.transaction() as session:
        for table in ("people", "editions"):
            column = "email" if table == "people" else "code"
            session.execute(text(f"UPDATE {table} SET {column} = 'x' || id || {column}"))  # noqa: S608
    with track.database.session(write=True) as session:
        world = make_world(session, course)
        session.commit()
        yield session, world
        session.rollback()
        assert trail_is_whole(session)


def race(track: Track, session: Session, runners: Sequence[Sequence[object]]) -> list[str]:
    """Start all together; return what became of each."""
    session.commit()
    arguments = [(track.url, *each) for each in runners]
    ended = run_together("tests.fees.place_race_worker", arguments)
    session.expire_all()
    return [each.error or each.output for each in ended]


def cancelled(session: Session, account: FeeAccount) -> int:
    own = select(FeeCancellation).where(FeeCancellation.fee_account_id == account.id)
    return len(session.scalars(own).all())


def test_the_same_cancellation_at_once(track: Track, ready: tuple[Session, World]) -> None:
    session, world = ready
    application = a_place(session, world)
    pay(session, application, FEE)
    by = world.staff[Role.REGISTRAR].id
    found = race(track, session, [("cancel", application.id, by, "-")] * RUNNERS)
    assert min(found) == "cancelled"
    assert found.count("cancelled") == 1
    account = account_for(session, application)
    assert cancelled(session, account) == 1
    assert gross_of(session, account) == [FEE]
    check_money(session)


def test_a_cancellation_against_a_payment(track: Track, ready: tuple[Session, World]) -> None:
    """The page said that nothing is paid: either it is so, or nothing is cancelled."""
    session, world = ready
    by = world.staff[Role.REGISTRAR].id
    outcomes = set()
    for _ in range(3):
        application = a_place(session, world)
        runners = [("cancel", application.id, by, "0"), ("pay", application.id, by, "-")]
        ended, paid = race(track, session, runners)
        assert paid == "paid"
        account = account_for(session, application)
        outcomes.add(ended)
        money = balance_of(session, account)
        if ended == "cancelled":
            assert cancelled(session, account) == 1
            assert (money.credit.minor, gross_of(session, account)) == (FEE, [])
        else:
            assert ended == "refused: ApplicationProblem.other_quote"
            assert (cancelled(session, account), money.open.minor) == (0, 0)
        check_money(session)
    assert outcomes
