"""A payment by card goes back to its card: two people, one submission, what the provider says."""

import itertools
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.fake_card_provider.provider import FakeProvider
from learning.fees.card_jobs import check_card_payments
from learning.fees.card_models import CardRefund, CardSession, QuarantineReason
from learning.fees.commands import refund_approval, refunds
from learning.fees.commands.card_refunds import fail_refund, request_of, submit_refund
from learning.fees.commands.corrections import PaymentReversal, take_payment_back
from learning.fees.commands.refunds import NewRefund, Settlement
from learning.fees.commands.transfer_matching import match_transfer
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.problems import PaymentProblem
from learning.fees.queries.control import broken_books
from learning.fees.queries.refund_files import next_refunds
from learning.fees.refund_models import BatchKind, Refund, RefundState
from learning.fees.rules.refund_digest import NO_ACCOUNT
from learning.fees.rules.refunds import RefundProblem, RefundSource
from learning.jobs.worker import Task
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.conftest import RolledBack
from tests.fees.card_scenes import arrive, client_of, fake_at, paid, stored
from tests.fees.refund_scenes import CIPHER, WITHIN, approve, approver, finance
from tests.fees.scenes import an_entry
from tests.world import World


@pytest.fixture
def fake(tmp_path: Path) -> FakeProvider:
    return fake_at(tmp_path / "provider.sqlite")


def a_refund(session: Session, world: World, fake: FakeProvider) -> Refund:
    """Return a draft over half of a payment by card."""
    row: CardSession = paid(session, world, fake)
    account = session.get_one(FeeAccount, row.fee_account_id)
    payment = session.get_one(Payment, row.payment_id)
    new = NewRefund(payment=payment, gross=Money(49000, "EUR"), source=RefundSource.OTHER)
    refund = refunds.draft_refund(session, account, new, now=NOW)
    session.commit()
    return refund


def propose(session: Session, world: World, refund: Refund) -> None:
    refund_approval.prepare_refund(session, refund, NO_ACCOUNT, CIPHER, finance(world))
    session.commit()


def approved(session: Session, world: World, fake: FakeProvider) -> Refund:
    refund = a_refund(session, world, fake)
    propose(session, world, refund)
    approve(session, world, refund)
    return refund


def run_job(database: RolledBack, fake: FakeProvider, minutes: int = 0) -> None:
    """Run the periodic job, so many minutes later."""
    task = Task(id=1, payload={}, database=database, now=NOW + timedelta(minutes=minutes))
    check_card_payments(task, client_of(fake), CIPHER)


def the_refund(fake: FakeProvider) -> str:
    (found,) = fake.store.objects("refund")
    return str(found["id"])


def clearing(session: Session) -> int:
    return balance(session, LedgerAccount.CARD_CLEARING).minor


def violation_of(act: partial[object]) -> object:
    with pytest.raises(RuleViolation) as refused:
        act()
    return refused.value.code


def test_two_people_the_provider_and_its_event(
    session: Session, world: World, fake: FakeProvider, database: RolledBack
) -> None:
    refund = a_refund(session, world, fake)
    assert session.scalars(select(OutgoingEmail.kind)).all().count("fees.refund-account") == 0
    propose(session, world, refund)
    alone = partial(
        refund_approval.approve_refund, session, refund, refund.digest, CIPHER, finance(world)
    )
    assert violation_of(alone) is RefundProblem.SAME_PERSON
    approve(session, world, refund)
    assert next_refunds(session, BatchKind.PAIN001) == []
    assert next_refunds(session, BatchKind.WORKLIST) == []
    run_job(database, fake)
    session.refresh(refund)
    assert refund.state is RefundState.EXPORTED
    fake.end_refund(the_refund(fake))
    for event in fake.store.events(the_refund(fake)) * 2:
        arrive(session, fake, event)
    assert (refund.state, refund.settled_on) == (RefundState.SETTLED, NOW.date())
    assert clearing(session) == 49000
    assert broken_books(session) == []
    kinds = session.scalars(select(OutgoingEmail.kind)).all()
    assert kinds.count("fees.refund-to-card") == 1


@pytest.mark.parametrize("failure", ["", "expired_or_canceled_card"])
def test_every_order_and_loss_of_the_events_ends_alike(
    session: Session, world: World, fake: FakeProvider, database: RolledBack, failure: str
) -> None:
    refund = approved(session, world, fake)
    run_job(database, fake)
    fake.end_refund(the_refund(fake))
    if failure:
        fake.end_refund(the_refund(fake), failure=failure)
    events = fake.store.events(the_refund(fake))
    ends = RefundState.RETURNED if failure else RefundState.SETTLED
    for length in range(len(events) + 1):
        for order in itertools.permutations(events, length):
            with session.begin_nested() as trial:
                for event in order:
                    arrive(session, fake, event)
                run_job(database, fake, minutes=5)
                session.expire_all()
                assert refund.state is ends
                assert clearing(session) == (98000 if failure else 49000)
                assert broken_books(session) == []
                trial.rollback()
            session.expire_all()


def test_a_crash_after_the_submission_does_not_refund_twice(
    session: Session, world: World, fake: FakeProvider, database: RolledBack
) -> None:
    refund = approved(session, world, fake)
    submit_refund(session, refund, CIPHER, now=NOW)  # and the process ends here
    session.commit()
    run_job(database, fake, minutes=5)
    run_job(database, fake, minutes=10)
    assert len(fake.store.objects("refund")) == 1
    (row,) = session.scalars(select(CardRefund)).all()
    session.refresh(row)
    assert row.provider_refund_id == the_refund(fake)
    assert submit_refund(session, refund, CIPHER, now=NOW) is None


def test_what_the_provider_refuses_needs_an_account_or_another_try(
    session: Session, world: World, fake: FakeProvider, database: RolledBack
) -> None:
    refund = approved(session, world, fake)
    payment = session.scalars(select(CardSession)).one().provider_payment_id
    fake.create_refund({"payment_intent": payment, "amount": "98000"}, "by hand")
    run_job(database, fake)
    session.refresh(refund)
    assert (refund.state, refund.return_reason) == ("returned", "charge_already_refunded")
    assert broken_books(session) == []
    refund_approval.prepare_refund(session, refund, WITHIN, CIPHER, finance(world))
    session.commit()
    approve(session, world, refund)
    assert next_refunds(session, BatchKind.PAIN001) == [refund]
    run_job(database, fake, minutes=10)
    session.refresh(refund)
    assert refund.state is RefundState.APPROVED


def test_a_card_comes_before_an_account(
    session: Session, world: World, fake: FakeProvider, database: RolledBack
) -> None:
    refund = a_refund(session, world, fake)
    to_account = partial(
        refund_approval.prepare_refund, session, refund, WITHIN, CIPHER, finance(world)
    )
    assert violation_of(to_account) is RefundProblem.TO_CARD
    propose(session, world, refund)
    approve(session, world, refund)
    run_job(database, fake)
    session.refresh(refund)
    by_hand = partial(refunds.settle_refund, session, refund, Settlement(action=finance(world)))
    assert violation_of(by_hand) is RefundProblem.BY_PROVIDER
    reasoned = Settlement(action=approver(world, reason="It did not arrive."))
    returned = partial(refunds.mark_returned, session, refund, reasoned)
    assert violation_of(returned) is RefundProblem.BY_PROVIDER


def test_what_was_changed_after_the_approval_is_not_sent(
    session: Session, world: World, fake: FakeProvider, database: RolledBack
) -> None:
    refund = approved(session, world, fake)
    refund.bank_charge_minor = 100
    session.commit()
    run_job(database, fake)
    session.refresh(refund)
    assert (refund.state, fake.store.objects("refund")) == (RefundState.DRAFT, [])


def test_refunds_of_others_and_of_other_amounts_are_quarantined(
    session: Session, world: World, fake: FakeProvider, database: RolledBack
) -> None:
    refund = approved(session, world, fake)
    payment = session.scalars(select(CardSession)).one().provider_payment_id
    made = fake.create_refund({"payment_intent": payment, "amount": "100"}, "by hand")
    arrive(session, fake, fake.store.events(made["id"])[0])
    run_job(database, fake)
    submitted = session.scalars(select(CardRefund)).one()
    fake.store.change(
        submitted.provider_refund_id or "",
        lambda found: found.update(amount=1) or ["refund.updated"],
        int(fake.clock()),
    )
    arrive(session, fake, fake.store.events(submitted.provider_refund_id)[-1])
    reasons = [each.reason for each in stored(session) if each.reason]
    assert reasons == [QuarantineReason.UNKNOWN_REFUND, QuarantineReason.OTHER_AMOUNT]
    session.refresh(refund)
    assert refund.state is RefundState.EXPORTED


def test_a_refund_that_was_refused_is_not_made_twice(
    session: Session, world: World, fake: FakeProvider
) -> None:
    """It may be on its way to an account when the provider says that it makes it after all."""
    refund = approved(session, world, fake)
    submitted = submit_refund(session, refund, CIPHER, now=NOW)
    assert submitted is not None
    made = client_of(fake).refund(request_of(session, submitted))  # and its answer is lost
    fail_refund(session, submitted, "charge_already_refunded", now=NOW)
    fake.end_refund(made.id)
    for event in fake.store.events(made.id):
        arrive(session, fake, event)
    reasons = [each.reason for each in stored(session) if each.reason]
    assert reasons == [QuarantineReason.FAILED_REFUND] * 2
    assert refund.state is RefundState.RETURNED


def test_no_bank_entry_settles_or_returns_a_refund_to_a_card(
    session: Session, world: World, fake: FakeProvider, database: RolledBack
) -> None:
    refund = approved(session, world, fake)
    run_job(database, fake)
    session.refresh(refund)
    for minor, reason in ((-49000, ""), (49000, "AC04")):
        entry = an_entry(session, minor, text=refund.number, return_reason=reason)
        assert not match_transfer(session, entry, now=NOW)
    assert (refund.state, refund.bank_entry_id) == (RefundState.EXPORTED, None)


def test_a_payment_by_card_is_refunded_and_never_taken_back(
    session: Session, world: World, fake: FakeProvider
) -> None:
    """Its provider keeps the money: a reversal would lose it in the books."""
    payment = session.get_one(Payment, paid(session, world, fake).payment_id)
    reversal = PaymentReversal(
        reason="a mistake",
        on=payment.received_on,
        version=payment.version,
        by=finance(world),
        now=NOW,
    )
    with pytest.raises(RuleViolation) as refused:
        take_payment_back(session, payment, reversal)
    assert (refused.value.code, payment.reversed_at) == (PaymentProblem.BY_CARD, None)
