"""What becomes of the money when a place ends: by its person, or by lapse."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.events import PayerAmounts
from learning.admissions.problems import ApplicationProblem
from learning.admissions.queries.cancellation_costs import cancellation_cost
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.fees.invoice_models import InvoiceKind
from learning.fees.models import FeeCancellation, Payer
from learning.fees.queries.balances import balance_of
from learning.fees.queries.quotes import cancellation_quote
from learning.fees.rules.refunds import RefundSource
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from tests.admissions.factories import NOW, act
from tests.fees.places import (
    a_place,
    account_for,
    cancel,
    check_money,
    documents_of,
    gross_of,
    pay,
    refunds_of,
)
from tests.world import World

FEE = 98000
INVOICE, CREDIT, CHARGE = (
    InvoiceKind.INVOICE,
    InvoiceKind.CREDIT_NOTE,
    InvoiceKind.CANCELLATION_CHARGE,
)
OWN, SPONSOR = Payer.PARTICIPANT, Payer.SPONSOR


def before(world: World, days: int):
    """Return noon, so many days before the first day."""
    return NOW + (world.open.starts_on - NOW.date()) - timedelta(days=days)


def ended(session: Session, account) -> FeeCancellation:
    own = select(FeeCancellation).where(FeeCancellation.fee_account_id == account.id)
    return session.scalars(own).one()


@pytest.mark.parametrize(
    ("days", "percent", "charge", "refund"),
    [
        (14, 0, 0, FEE),
        (13, 50, 49000, 49000),
        (8, 50, 49000, 49000),
        (7, 100, FEE, 0),
        (-3, 100, FEE, 0),
    ],
)
def test_a_paid_place_is_cancelled(
    session: Session, world: World, days: int, percent: int, charge: int, refund: int
) -> None:
    application = a_place(session, world)
    pay(session, application, FEE)
    account = account_for(session, application)
    quoted = cancellation_quote(session, application, before(world, days).date())
    cancel(session, world, application, now=before(world, days))
    charges = [(CHARGE, OWN, charge)] if charge else []
    assert documents_of(session, account) == [(INVOICE, OWN, FEE), (CREDIT, OWN, FEE), *charges]
    assert gross_of(session, account) == ([refund] if refund else [])
    assert {each.source for each in refunds_of(session, account)} <= {RefundSource.CANCELLATION}
    row = ended(session, account)
    assert (row.percent, row.days, row.first_day) == (percent, days, world.open.starts_on)
    assert row.received_on == before(world, days).date()
    assert (row.paid, row.charge) == (Money(FEE, "EUR"), Money(charge, "EUR"))
    assert (quoted.charge.minor, quoted.refund.minor) == (charge, refund)
    money = balance_of(session, account)
    assert (money.open.minor, money.credit.minor) == (0, 0)
    check_money(session)


@pytest.mark.parametrize(("paid", "charge"), [(0, 0), (49000, 24500), (100000, 49000)])
def test_the_charge_is_of_what_was_paid(session: Session, world: World, paid, charge) -> None:
    application = a_place(session, world)
    if paid:
        pay(session, application, paid)
    account = account_for(session, application)
    cancel(session, world, application, now=before(world, 10))
    assert gross_of(session, account) == ([paid - charge] if paid else [])
    assert ended(session, account).charge.minor == charge
    assert balance_of(session, account).open.minor == 0, "nothing more is owed"
    check_money(session)


def test_each_payer_is_charged_and_refunded_apart(session: Session, world: World) -> None:
    application = a_place(session, world, sponsor_percent=60)
    ours = pay(session, application, 39200)
    theirs = pay(session, application, 58800, SPONSOR)
    account = account_for(session, application)
    cancel(session, world, application, now=before(world, 10))
    assert documents_of(session, account)[-2:] == [(CHARGE, OWN, 19600), (CHARGE, SPONSOR, 29400)]
    found = {each.payment_id: each.gross.minor for each in refunds_of(session, account)}
    assert found == {ours.id: 19600, theirs.id: 29400}
    check_money(session)


def test_who_paid_by_mistake_gets_all_of_it(session: Session, world: World) -> None:
    application = a_place(session, world, sponsor_percent=100)
    pay(session, application, FEE, SPONSOR)
    mistaken = pay(session, application, FEE, OWN)
    account = account_for(session, application)
    cancel(session, world, application, now=before(world, 5))
    (refund,) = refunds_of(session, account)
    assert (refund.payment_id, refund.gross.minor) == (mistaken.id, FEE)
    check_money(session)


def test_nobody_who_has_a_fellowship_has_an_account(session: Session, world: World) -> None:
    application = a_place(session, world, funding="fellowship", billing=None)
    cost = cancellation_cost(session, application, world.open, NOW.date())
    assert (cost.key, cost.amounts) == ("0", None)
    cancel(session, world, application)
    assert session.scalars(select(FeeCancellation)).all() == []


def test_a_free_course_has_no_account(session: Session, world: World) -> None:
    world.open.fee = Money(0, "EUR")
    application = a_place(session, world)
    assert cancellation_quote(session, application, NOW.date()).payers == ()
    cancel(session, world, application)
    assert session.scalars(select(FeeCancellation)).all() == []


def test_a_place_that_lapses_is_credited_and_keeps_what_was_paid(
    session: Session, world: World
) -> None:
    application = a_place(session, world)
    pay(session, application, 10000)
    account = account_for(session, application)
    act(session, world, application, ApplicationEvent.LAPSE)
    assert documents_of(session, account) == [(INVOICE, OWN, FEE), (CREDIT, OWN, FEE)]
    assert balance_of(session, account).credit == Money(10000, "EUR")
    assert refunds_of(session, account) == []
    check_money(session)


def test_a_place_that_lapsed_is_accepted_again_and_its_credit_counts(
    session: Session, world: World
) -> None:
    application = a_place(session, world)
    pay(session, application, 10000)
    account = account_for(session, application)
    for event in (ApplicationEvent.LAPSE, ApplicationEvent.REOPEN, ApplicationEvent.ACCEPT):
        act(session, world, application, event)
    assert account_for(session, application).id == account.id
    assert [kind for kind, *_ in documents_of(session, account)] == [INVOICE, CREDIT, INVOICE]
    assert balance_of(session, account).open == Money(88000, "EUR")
    pay(session, application, 88000)
    assert balance_of(session, account).open.minor == 0
    check_money(session)


def test_a_notice_that_is_typed_later_counts_from_its_own_day(
    session: Session, world: World
) -> None:
    """It was received on day 14, and the registrar types it on day 12."""
    application = a_place(session, world)
    pay(session, application, FEE)
    received_on = before(world, 14).date()
    cancel(session, world, application, now=before(world, 12), received_on=received_on)
    account = account_for(session, application)
    row = ended(session, account)
    assert (row.received_on, row.days, row.percent) == (received_on, 14, 0)
    assert gross_of(session, account) == [FEE]


@pytest.mark.parametrize(
    ("moves", "days", "percent"),
    [((7,), 10, 0), ((7, -7), 10, 50), ((-7,), 14, 0), ((-7, 7), 10, 50)],
)
def test_the_better_first_day_counts(session: Session, world: World, moves, days, percent) -> None:
    application = a_place(session, world)
    pay(session, application, FEE)
    agreed = world.open.starts_on
    for by in moves:
        world.open.apply_until += timedelta(days=by)
        world.open.starts_on += timedelta(days=by)
        session.flush()
    received_on = agreed - timedelta(days=days)
    cancel(session, world, application, now=NOW + (received_on - NOW.date()))
    assert ended(session, account_for(session, application)).percent == percent


def test_a_payment_in_between_shows_the_page_again(session: Session, world: World) -> None:
    application = a_place(session, world)
    now = before(world, 10)
    shown = cancellation_cost(session, application, world.open, now.date())
    assert (shown.key, shown.amounts) == ("50", None)
    pay(session, application, FEE)
    with pytest.raises(RuleViolation) as refused:
        cancel(session, world, application, now=now, cost_key=shown.key)
    assert refused.value.code is ApplicationProblem.OTHER_QUOTE
    assert session.scalars(select(FeeCancellation)).all() == []
    again = cancellation_cost(session, application, world.open, now.date())
    assert again.key == "50 participant 98000 49000 49000"
    amounts = PayerAmounts(
        payer="participant",
        paid=Money(FEE, "EUR"),
        charge=Money(49000, "EUR"),
        refund=Money(49000, "EUR"),
        is_own=True,
    )
    assert again.payers == (amounts,)
    cancel(session, world, application, now=now, cost_key=again.key)
    assert gross_of(session, account_for(session, application)) == [49000]


def test_a_midnight_in_between_shows_the_page_again(session: Session, world: World) -> None:
    application = a_place(session, world)
    pay(session, application, FEE)
    shown = cancellation_cost(session, application, world.open, before(world, 14).date())
    with pytest.raises(RuleViolation) as refused:
        cancel(session, world, application, now=before(world, 13), cost_key=shown.key)
    assert refused.value.code is ApplicationProblem.OTHER_QUOTE


def test_a_place_is_cancelled_once(session: Session, world: World) -> None:
    application = a_place(session, world)
    pay(session, application, FEE)
    account = account_for(session, application)
    cancel(session, world, application)
    with pytest.raises(RuleViolation):
        cancel(session, world, application)
    assert gross_of(session, account) == [FEE]
    check_money(session)


def test_a_late_payment_is_a_credit(session: Session, world: World) -> None:
    application = a_place(session, world)
    pay(session, application, 49000)
    account = account_for(session, application)
    cancel(session, world, application, now=before(world, 10))
    pay(session, application, 49000)
    assert application.state in {ApplicationState.CANCELLED, ApplicationState.ENROLLED}
    assert balance_of(session, account).credit == Money(49000, "EUR")
    check_money(session)
