"""Real processes refund the same payment, approve and export at once: each succeeds once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.cli import migrate_to_head
from learning.content.course import Course
from learning.fees.payment_models import Payment
from learning.fees.queries.balances import balance_of
from learning.fees.refund_models import Refund, RefundBatch
from learning.fees.rules.refunds import RefundState
from learning.kit.engines import make_engine
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.databases import own_database
from tests.fees import refund_scenes as scenes
from tests.fees.scenes import accepted, the_account
from tests.fees.test_credits import pay
from tests.races import run_together
from tests.world import World, make_policy, make_world

RUNNERS = 4


@pytest.fixture
def track(
    database_kind: str, database_url: str, tmp_path: Path, course: Course
) -> Iterator[tuple[str, Session, World]]:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        database = wiring.database(engine)
        migrate_to_head(database)
        with database.session(write=True) as session:
            make_policy(session)
            yield url, session, make_world(session, course)
            session.rollback()
        engine.dispose()


def race(url: str, session: Session, step: str, row_id: int, person: int) -> list[str]:
    session.commit()
    ended = run_together("tests.fees.refund_worker", [(url, step, row_id, person)] * RUNNERS)
    session.expire_all()
    return sorted(each.error or each.output for each in ended)


def test_the_same_refund_at_once(track: tuple[str, Session, World]) -> None:
    """490 EUR of 980 EUR, four times: two are drafted."""
    url, session, world = track
    _, payment = scenes.a_payment(session, world)
    by = world.staff[Role.FINANCE].id
    found = race(url, session, "draft", payment.id, by)
    assert found == ["done"] * 2 + ["refused: RefundProblem.more_than_paid"] * 2
    assert session.get_one(Payment, payment.id).refunded_minor == 98000
    numbers = session.scalars(select(Refund.number)).all()
    assert len(set(numbers)) == 2


def test_the_same_credit_at_once(track: tuple[str, Session, World]) -> None:
    """20 EUR too much, asked for four times: they go back once."""
    url, session, world = track
    account = the_account(session, accepted(session, world, invoiced=True))
    pay(session, account, balance_of(session, account).open.minor + 2000)
    found = race(url, session, "credit", account.id, world.staff[Role.FINANCE].id)
    assert found == ["done"] + ["refused: CreditProblem.no_credit"] * 3
    assert session.scalars(select(Refund)).one().gross.minor == 2000
    assert balance_of(session, account).credit.minor == 0


def test_one_approval_and_one_file(track: tuple[str, Session, World]) -> None:
    url, session, world = track
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    found = race(url, session, "approve", refund.id, world.staff[Role.APPROVER].id)
    assert found == ["done"] + ["refused: RefundProblem.invalid_transition"] * 3
    assert balance(session, LedgerAccount.REFUNDS_PAYABLE).minor == -49000
    found = race(url, session, "export", refund.id, world.staff[Role.FINANCE].id)
    assert found == ["done"] + ["refused: RefundProblem.nothing_to_export"] * 3
    assert session.scalar(select(func.count()).select_from(RefundBatch)) == 1
