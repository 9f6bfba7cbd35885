"""Invoices that are issued late, and people who would decide about their own place."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.fees.commands.late_invoices import issue_late_invoices
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.commands.settlements import SettlementDecision, decide_settlement
from learning.fees.models import FeeSettlement, Payer, SettlementKind
from learning.fees.payment_models import PaymentMethod
from learning.fees.problems import SettlementProblem
from learning.fees.queries.accounts import lock_account
from learning.fees.queries.balances import balance_of
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from tests.admissions.factories import NOW
from tests.fees.scenes import accepted, the_account
from tests.world import World

FEE = Money(98000, "EUR")


def pay(session: Session, application: Application) -> None:
    account = lock_account(session, the_account(session, application).id)
    new = NewPayment(
        payer=Payer.PARTICIPANT,
        method=PaymentMethod.MANUAL,
        source_key="early",
        amount=FEE,
        received_on=NOW.date(),
        payer_name="A. Payer",
        by=None,
        now=NOW,
    )
    record_payment(session, account, new)


def test_what_was_paid_before_counts_for_a_late_invoice(session: Session, world: World) -> None:
    application = accepted(session, world)
    pay(session, application)
    assert application.state is ApplicationState.ACCEPTED
    account = the_account(session, application)
    (invoice,) = issue_late_invoices(session, account.id, by=None, now=NOW)
    session.refresh(application)
    assert invoice.total == FEE
    assert balance_of(session, account).open == Money(0, "EUR")
    assert application.state is ApplicationState.ENROLLED
    assert issue_late_invoices(session, account.id, by=None, now=NOW) == []


def test_a_place_that_was_left_gets_no_invoice(session: Session, world: World) -> None:
    application = accepted(session, world)
    account = the_account(session, application)
    application.state = ApplicationState.LAPSED
    session.flush()
    assert issue_late_invoices(session, account.id, by=None, now=NOW) == []


def test_nobody_decides_about_the_settlement_of_their_own_place(
    session: Session, world: World
) -> None:
    application = accepted(session, world)
    account = the_account(session, application)
    settlement = FeeSettlement(
        edition_id=account.edition_id,
        fee_account_id=account.id,
        fee_agreement_id=account.fee_agreement_id,
        kind=SettlementKind.WAIVER,
        reason="illness",
        proposed_by_id=world.staff[Role.FINANCE].id,
        proposed_at=NOW,
    )
    session.add(settlement)
    session.flush()
    decision = SettlementDecision(
        approved=True, by=application.person_id, now=NOW + timedelta(days=1)
    )
    with pytest.raises(RuleViolation) as refused:
        decide_settlement(session, settlement, decision)
    assert refused.value.code is SettlementProblem.OWN_PLACE
