"""The centre cancels an edition: everything that was paid goes back, without a charge."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import decisions
from learning.admissions.commands.edition_cancellation import cancel_edition
from learning.admissions.rules.states import ApplicationEvent
from learning.batches.models import BatchItem, ItemState
from learning.enrolment.rules import ActorRole
from learning.fees.models import Payer
from learning.fees.queries.balances import balance_of
from learning.fees.rules.refunds import RefundSource
from tests.admissions.operations import run_operations
from tests.fees.places import (
    a_place,
    account_for,
    check_money,
    gross_of,
    pay,
    refunds_of,
    request_of,
)
from tests.fees.test_cancellations import before, ended
from tests.world import World

FEE, SPONSOR = 98000, Payer.SPONSOR


def test_the_centre_cancels_the_edition(session: Session, world: World) -> None:
    application = a_place(session, world)
    pay(session, application, FEE)
    account = account_for(session, application)
    request = request_of(
        world, ApplicationEvent.CANCEL_EDITION, actor_role=ActorRole.APPROVER, now=before(world, 2)
    )
    decisions.execute(session, application, request, frozenset())
    (refund,) = refunds_of(session, account)
    assert (refund.gross.minor, refund.source) == (FEE, RefundSource.EDITION_CANCELLED)
    row = ended(session, account)
    assert (row.percent, row.charge.minor) == (0, 0)
    check_money(session)


def test_an_edition_is_cancelled_for_many_with_an_item_for_each(
    database, session: Session, world: World
) -> None:
    """Some wait for their fee, some take part, one has paid too much, one has a sponsor, too."""
    places = [a_place(session, world) for _ in range(3)]
    shared = a_place(session, world, sponsor_percent=60)
    pay(session, places[0], FEE)
    pay(session, places[1], 10000)
    pay(session, shared, 58800, SPONSOR)
    pay(session, shared, 40000)
    accounts = [account_for(session, each) for each in (*places, shared)]
    request = request_of(
        world,
        ApplicationEvent.CANCEL_EDITION,
        actor_role=ActorRole.APPROVER,
        by=world.staff[Role.APPROVER].id,
    )
    operation = cancel_edition(session, world.open.id, request)
    session.commit()
    run_operations(database)
    session.expire_all()
    assert operation.state == "finished"
    states = select(BatchItem.state).where(BatchItem.operation_id == operation.id)
    assert session.scalars(states).all() == [ItemState.DONE] * 4
    assert [gross_of(session, each) for each in accounts] == [[FEE], [10000], [], [40000, 58800]]
    for account in accounts:
        assert {each.source for each in refunds_of(session, account)} <= {
            RefundSource.EDITION_CANCELLED
        }
        assert balance_of(session, account).open.minor == 0
    check_money(session)
