"""A settlement is approved for one agreement: another price, or other payers, need another one."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition, EditionStatus
from learning.fees.commands.reminders import remind_by_schedule
from learning.fees.commands.settlements import (
    NewSettlement,
    SettlementDecision,
    decide_settlement,
    propose_settlement,
)
from learning.fees.models import FeeAccount, FeeSettlement, SettlementKind
from learning.fees.problems import SettlementProblem
from learning.fees.queries.balances import balance_of, invoices_of
from learning.fees.queries.overview import uninvoiced_accounts
from learning.fees.queries.settlements import is_settled, valid_settlement
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from tests.admissions.factories import NOW
from tests.fees.places import a_place, account_for, check_money, substitute, transfer
from tests.world import World, make_edition

WAIVER, ELSEWHERE = SettlementKind.WAIVER, SettlementKind.ELSEWHERE


@pytest.fixture
def dearer(session: Session) -> Edition:
    edition = make_edition(session, "2027-3", -20, EditionStatus.OPEN)
    edition.fee = Money(120000, "EUR")
    session.flush()
    return edition


def proposed(session: Session, world: World, account: FeeAccount, kind=WAIVER) -> FeeSettlement:
    by = world.staff[Role.FINANCE].id
    new = NewSettlement(kind=kind, reason="illness", by=by, now=NOW)
    return propose_settlement(session, account, new)


def decide(session: Session, world: World, settlement: FeeSettlement, *, approved=True) -> None:
    by = world.staff[Role.APPROVER].id
    decision = SettlementDecision(approved=approved, by=by, now=NOW, version=settlement.version)
    decide_settlement(session, settlement, decision)


def test_what_was_proposed_for_another_price_is_not_approved(
    session: Session, world: World, dearer: Edition
) -> None:
    first = a_place(session, world)
    account = account_for(session, first)
    settlement = proposed(session, world, account)
    moved = transfer(session, world, first, dearer)
    with pytest.raises(RuleViolation) as refused:
        decide(session, world, settlement)
    assert refused.value.code is SettlementProblem.OTHER_AGREEMENT
    assert (settlement.approved, moved.state) == (None, ApplicationState.ACCEPTED)
    assert balance_of(session, account).open.minor == 120000
    decide(session, world, settlement, approved=False)
    decide(session, world, proposed(session, world, account))
    session.refresh(moved)
    assert moved.state is ApplicationState.ENROLLED
    check_money(session)


def test_what_was_proposed_before_a_substitution_is_proposed_again(
    session: Session, world: World
) -> None:
    first = a_place(session, world)
    settlement = proposed(session, world, account_for(session, first))
    substitute(session, world, first)
    with pytest.raises(RuleViolation) as refused:
        decide(session, world, settlement)
    assert refused.value.code is SettlementProblem.OTHER_AGREEMENT


def test_a_waiver_does_not_confirm_a_dearer_place(
    session: Session, world: World, dearer: Edition
) -> None:
    """At the same instant, too: the agreement counts, not the time."""
    first = a_place(session, world)
    account = account_for(session, first)
    decide(session, world, proposed(session, world, account))
    moved = transfer(session, world, first, dearer)
    assert valid_settlement(session, account) is None
    assert not is_settled(session, account)
    assert moved.state is ApplicationState.ACCEPTED
    (invoice,) = [each.invoice for each in invoices_of(session, [account.id]) if each.open.minor]
    assert invoice.total.minor == 120000
    assert invoice.due_on is not None
    late = NOW + (invoice.due_on - NOW.date()) + timedelta(days=8)
    assert remind_by_schedule(session, invoice.id, now=late), "nothing silences the reminder"


@pytest.mark.parametrize("kind", [WAIVER, ELSEWHERE])
def test_a_waiver_goes_on_with_a_substitute_without_an_invoice(
    session: Session, world: World, kind: SettlementKind
) -> None:
    first = a_place(session, world)
    account = account_for(session, first)
    decide(session, world, proposed(session, world, account, kind))
    second = substitute(session, world, first)
    assert second.state is ApplicationState.ENROLLED
    assert balance_of(session, account).open.minor == 0
    waiting = [row.id for row in session.execute(uninvoiced_accounts())]
    assert account.id not in waiting
    check_money(session)


def test_a_place_whose_waiver_ended_waits_for_its_invoice(
    session: Session, world: World, dearer: Edition
) -> None:
    first = a_place(session, world)
    account = account_for(session, first)
    decide(session, world, proposed(session, world, account))
    centre = world.open  # the details of the centre stay; the account is asked for by its terms
    assert centre.id == account.edition_id
    assert account.id not in [row.id for row in session.execute(uninvoiced_accounts())]
    transfer(session, world, first, dearer)
    open_invoices = [each for each in invoices_of(session, [account.id]) if each.open.minor]
    assert len(open_invoices) == 1
