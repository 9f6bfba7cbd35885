"""One account for the life of a place: opened, continued by transfer, substitution, acceptance."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.admissions.queries.agreements import agreement_of
from learning.admissions.queries.transfer_costs import (
    TransferNotice,
    TransferViolation,
    substitution_cost,
    transfer_cost,
)
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition, EditionStatus
from learning.fees.invoice_models import InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.queries.accounts import account_of
from learning.fees.queries.balances import balance_of
from learning.kit.money import Money
from tests.admissions.factories import NOW, in_state
from tests.fees.places import (
    a_place,
    account_for,
    cancel,
    check_money,
    documents_of,
    gross_of,
    pay,
    substitute,
    transfer,
)
from tests.world import World, make_edition

FEE = 98000
INVOICE, CREDIT = InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE
OWN, SPONSOR = Payer.PARTICIPANT, Payer.SPONSOR


def on(day: date) -> TransferNotice:
    return TransferNotice(received_on=day)


@pytest.fixture
def later(session: Session) -> Edition:
    return make_edition(session, "reintegration-later", -30, EditionStatus.OPEN)


def test_an_acceptance_opens_an_account_with_an_invoice_for_each_payer(
    session: Session, world: World
) -> None:
    application = a_place(session, world, sponsor_percent=33)
    account = account_for(session, application)
    agreement = agreement_of(session, application)
    assert (account.fee_agreement_id, account.edition_id) == (agreement.id, world.open.id)
    assert documents_of(session, account) == [(INVOICE, OWN, 65660), (INVOICE, SPONSOR, 32340)]
    check_money(session)


def test_without_the_details_of_the_centre_the_account_is_to_be_invoiced(
    session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.ACCEPTED)
    account = account_for(session, application)
    assert documents_of(session, account) == []
    check_money(session)


def test_a_fellow_has_no_account(session: Session, world: World) -> None:
    application = a_place(session, world, funding="fellowship", billing=None)
    assert account_of(session, application.id) is None


@pytest.mark.parametrize(
    ("price", "open_minor", "credit"), [(FEE, 0, 0), (120000, 22000, 0), (80000, 0, 18000)]
)
def test_a_transfer_takes_the_money_along(
    session: Session, world: World, later: Edition, price: int, open_minor: int, credit: int
) -> None:
    later.fee = Money(price, "EUR")
    old = a_place(session, world)
    pay(session, old, FEE)
    account = account_for(session, old)
    cost = transfer_cost(session, old, later, on(NOW.date()))
    assert cost.violation is None
    assert [(each.open.minor, each.credit.minor) for each in cost.differences] == [
        (open_minor, credit)
    ]
    new = transfer(session, world, old, later)
    assert account_of(session, old.id) is None, "the account is the new one's"
    assert account_for(session, new).id == account.id
    assert account.edition_id == later.id
    assert documents_of(session, account) == [
        (INVOICE, OWN, FEE), (CREDIT, OWN, FEE), (INVOICE, OWN, price),
    ]  # fmt: skip
    money = balance_of(session, account)
    assert (money.open.minor, money.credit.minor) == (open_minor, credit)
    assert gross_of(session, account) == [], "a credit is refunded on request"
    settled = ApplicationState.ENROLLED if not open_minor else ApplicationState.ACCEPTED
    assert new.state is settled
    check_money(session)


def test_a_transfer_that_is_not_paid_is_invoiced_anew(
    session: Session, world: World, later: Edition
) -> None:
    old = a_place(session, world)
    new = transfer(session, world, old, later)
    assert new.state is ApplicationState.ACCEPTED
    account = account_for(session, new)
    assert balance_of(session, account).open.minor == FEE
    pay(session, new, FEE)
    assert new.state is ApplicationState.ENROLLED
    check_money(session)


def test_after_a_transfer_the_agreement_of_the_new_edition_counts(
    session: Session, world: World, later: Edition
) -> None:
    old = a_place(session, world)
    pay(session, old, FEE)
    new = transfer(session, world, old, later)
    on = later.starts_on - timedelta(days=10)
    cancel(session, world, new, now=NOW + (on - NOW.date()))
    assert gross_of(session, account_for(session, new)) == [49000]
    check_money(session)


def test_a_transfer_to_a_free_course_leaves_a_credit(
    session: Session, world: World, later: Edition
) -> None:
    later.fee = Money(0, "EUR")
    old = a_place(session, world)
    pay(session, old, FEE)
    new = transfer(session, world, old, later)
    account = account_for(session, new)
    assert balance_of(session, account).credit.minor == FEE
    check_money(session)


def test_a_substitute_takes_over_the_money_and_the_payers(session: Session, world: World) -> None:
    leaving = a_place(session, world, sponsor_percent=100)
    paid = pay(session, leaving, FEE, SPONSOR)
    account = account_for(session, leaving)
    successor = substitute(session, world, leaving)
    assert successor.state is ApplicationState.ENROLLED
    assert account_for(session, successor).id == account.id
    assert documents_of(session, account) == [
        (INVOICE, SPONSOR, FEE), (CREDIT, SPONSOR, FEE), (INVOICE, SPONSOR, FEE),
    ]  # fmt: skip
    assert balance_of(session, account).open.minor == 0
    on = world.open.starts_on - timedelta(days=10)
    cancel(session, world, successor, now=NOW + (on - NOW.date()))
    assert gross_of(session, account) == [49000]
    assert paid.refunded_minor == 49000, "to the sponsor, who paid"
    check_money(session)


def test_substitution_and_transfer_have_a_last_day(
    session: Session, world: World, later: Edition
) -> None:
    place, last = a_place(session, world), world.open.starts_on - timedelta(days=14)
    for violation, day in ((None, last), (TransferViolation.NOTICE, last + timedelta(days=1))):
        assert substitution_cost(session, place, on(day)).violation is violation
        cost = transfer_cost(session, place, later, on(day))
        assert (cost.violation, cost.window.transfer_until) == (violation, last)
    later.fee = Money(98000, "CHF")
    assert transfer_cost(session, place, later, on(last)).violation is TransferViolation.CURRENCY


def test_each_place_has_one_account(session: Session, world: World, later: Edition) -> None:
    old = a_place(session, world)
    for target in (later, world.open, later):
        old = transfer(session, world, old, target)
    assert session.scalar(select(func.count()).select_from(FeeAccount)) == 1
    check_money(session)
