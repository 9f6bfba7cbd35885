"""Refunds from draft to settlement: reserved once, bound to an approval, booked, returned."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.commands import refund_approval, refunds
from learning.fees.commands.refund_approval import BankCharge
from learning.fees.commands.refund_export import read_batch
from learning.fees.commands.refunds import NewRefund, Settlement
from learning.fees.payment_models import Payment
from learning.fees.refund_accounts import read_account
from learning.fees.refund_models import BatchKind, Refund, RefundChange
from learning.fees.rules.refunds import (
    LIABILITIES,
    RefundEvent,
    RefundProblem,
    RefundSource,
    RefundState,
)
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance, trial_balance
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.fees import refund_scenes as scenes
from tests.fees.refund_scenes import CIPHER, OUTSIDE, WITHIN, finance
from tests.world import World


def refused(problem: RefundProblem):
    return pytest.raises(RuleViolation, match=f"RefundProblem.{problem}$")


def payable(session: Session) -> int:
    return -balance(session, LedgerAccount.REFUNDS_PAYABLE).minor


def emails(session: Session) -> list[str]:
    mails = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id))
    return [each.kind for each in mails if each.kind.startswith("fees.")]


def test_a_refund_is_drafted_approved_sent_and_settled(session: Session, world: World) -> None:
    refund = scenes.a_draft(session, world)
    payment = session.get_one(Payment, refund.payment_id)
    assert (payment.refunded_minor, refund.state) == (49000, RefundState.DRAFT)
    assert refund.number.startswith(f"R-{NOW.year}-")
    scenes.prepare(session, world, refund)
    assert refund.state is RefundState.PENDING_APPROVAL
    assert WITHIN.iban not in refund.iban
    assert read_account(refund, CIPHER) == WITHIN
    assert payable(session) == 0
    scenes.approve(session, world, refund)
    assert payable(session) == 49000
    batch = scenes.export(session, world)
    assert (batch.transfers, batch.control_sum) == (1, Money(49000, "EUR"))
    assert refund.state is RefundState.EXPORTED
    scenes.settle(session, world, refund)
    assert refund.state is RefundState.SETTLED
    assert payable(session) == 0
    assert balance(session, LedgerAccount.UNMATCHED_RECEIPTS).minor == -49000
    assert emails(session) == ["fees.refund-sent"]
    changes = session.scalars(select(RefundChange).order_by(RefundChange.id)).all()
    assert [each.event for each in changes] == [
        RefundEvent.DRAFT,
        RefundEvent.PREPARE,
        RefundEvent.APPROVE,
        RefundEvent.EXPORT,
        RefundEvent.SETTLE,
    ]


def test_no_more_than_was_paid_is_reserved(session: Session, world: World) -> None:
    account, payment = scenes.a_payment(session, world, 98000)
    half = NewRefund(payment=payment, gross=Money(49000, "EUR"), source=RefundSource.OTHER)
    for _ in range(2):
        refunds.draft_refund(session, account, half, now=NOW)
    with refused(RefundProblem.MORE_THAN_PAID):
        refunds.draft_refund(session, account, half, now=NOW)
    assert payment.refunded_minor == 98000


def test_a_payment_that_the_bank_took_back(session: Session, world: World) -> None:
    account, payment = scenes.a_payment(session, world)
    payment.reversed_at = NOW
    new = NewRefund(payment=payment, gross=Money(1, "EUR"), source=RefundSource.OTHER)
    with refused(RefundProblem.PAYMENT_REVERSED):
        refunds.draft_refund(session, account, new, now=NOW)


@pytest.mark.parametrize("gross", [Money(0, "EUR"), Money(-1, "EUR"), Money(1, "USD")])
def test_a_refund_of_nothing_or_of_another_currency(
    session: Session, world: World, gross: Money
) -> None:
    account, payment = scenes.a_payment(session, world)
    new = NewRefund(payment=payment, gross=gross, source=RefundSource.OTHER)
    with pytest.raises(ValueError, match=r"nothing|currency"):
        refunds.draft_refund(session, account, new, now=NOW)


def test_each_refund_is_in_one_file(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.APPROVED)
    scenes.export(session, world)
    with refused(RefundProblem.NOTHING_TO_EXPORT):
        scenes.export(session, world, seen=[refund.uid])


def test_a_file_is_of_the_refunds_that_the_page_showed(session: Session, world: World) -> None:
    first = scenes.refund_in(session, world, RefundState.APPROVED)
    scenes.refund_in(session, world, RefundState.APPROVED)
    with refused(RefundProblem.CHANGED_MEANWHILE):
        scenes.export(session, world, seen=[first.uid])


def test_outside_sepa_is_a_list(session: Session, world: World) -> None:
    refund = scenes.a_draft(session, world)
    scenes.prepare(session, world, refund, OUTSIDE)
    scenes.approve(session, world, refund)
    with refused(RefundProblem.NOTHING_TO_EXPORT):
        scenes.export(session, world)
    batch = scenes.export(session, world, BatchKind.WORKLIST)
    content = read_batch(batch, CIPHER).decode()
    assert "01234567890" in content
    assert "490.00" in content
    assert "01234567890" not in batch.content


def test_nothing_to_send_is_settled_at_once(session: Session, world: World) -> None:
    refund = scenes.a_draft(session, world, 2000)
    charge = BankCharge(minor=2000, reason="the transfer costs more")
    refund_approval.set_bank_charge(session, refund, charge, CIPHER, finance(world))
    assert refund.state is RefundState.PENDING_APPROVAL
    scenes.approve(session, world, refund)
    assert refund.state is RefundState.SETTLED
    assert payable(session) == 0
    assert balance(session, LedgerAccount.BANK_CHARGES_RECOVERED).minor == -2000


def test_returned_by_the_bank(session: Session, world: World) -> None:
    """The money is again to the payer's credit, until a new account is approved."""
    refund = scenes.refund_in(session, world, RefundState.RETURNED)
    assert payable(session) == 0
    assert balance(session, LedgerAccount.UNMATCHED_RECEIPTS).minor == 0
    assert (refund.batch_id, refund.settled_on, refund.approved_by_id) == (None, None, None)
    assert emails(session)[-1] == "fees.refund-account"
    scenes.prepare(session, world, refund, OUTSIDE)
    scenes.approve(session, world, refund)
    assert payable(session) == 49000
    payment = session.get_one(Payment, refund.payment_id)
    assert payment.refunded_minor == 49000


@pytest.mark.parametrize("state", [s for s in RefundState if s is not RefundState.SETTLED])
def test_what_is_cancelled_is_free_again(
    session: Session, world: World, state: RefundState
) -> None:
    refund = scenes.refund_in(session, world, state)
    payment = session.get_one(Payment, refund.payment_id)
    action = finance(world, reason="Paid in another way.")
    if state in {RefundState.EXPORTED, RefundState.CANCELLED}:
        with refused(RefundProblem.INVALID_TRANSITION):
            refunds.cancel_refund(session, refund, action)
        return
    refunds.cancel_refund(session, refund, action)
    session.commit()
    assert payment.refunded_minor == 0
    assert payable(session) == 0


def test_a_day_ahead(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.EXPORTED)
    settlement = Settlement(action=finance(world), on=NOW.date().replace(year=NOW.year + 1))
    with refused(RefundProblem.DAY_AHEAD):
        refunds.settle_refund(session, refund, settlement)


def test_a_day_before_the_refund_was_sent(session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.EXPORTED)
    settlement = Settlement(action=finance(world), on=NOW.date() - timedelta(days=1))
    with refused(RefundProblem.DAY_BEFORE_EXPORT):
        refunds.settle_refund(session, refund, settlement)
    refunds.settle_refund(session, refund, Settlement(action=finance(world), on=NOW.date()))
    assert refund.settled_on == NOW.date()


def test_money_that_one_person_alone_has_recorded_is_not_paid_back(
    session: Session, world: World
) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    payment = session.get_one(Payment, refund.payment_id)
    payment.recorded_by_id = world.staff[Role.FINANCE].id
    session.flush()
    assert payment.is_unconfirmed
    with refused(RefundProblem.UNCONFIRMED):
        scenes.approve(session, world, refund)
    assert refund.state is RefundState.PENDING_APPROVAL


def test_what_is_payable_is_what_is_approved(session: Session, world: World) -> None:
    for state in RefundState:
        scenes.refund_in(session, world, state)
    rows = session.scalars(select(Refund)).all()
    assert payable(session) == sum(each.net.minor for each in rows if each.state in LIABILITIES)
    assert sum(line.balance.minor for line in trial_balance(session)) == 0
