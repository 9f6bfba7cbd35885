"""Payments: recorded once, first in first out, posted; a place is confirmed by money alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.fees.commands.payments import NewPayment, record_payment, reverse_payment
from learning.fees.commands.settlements import (
    NewSettlement,
    SettlementDecision,
    decide_settlement,
    propose_settlement,
)
from learning.fees.models import FeeAccount, Payer, SettlementKind
from learning.fees.payment_models import Payment, PaymentAllocation, PaymentMethod
from learning.fees.problems import PaymentProblem, SettlementProblem
from learning.fees.queries import accounts
from learning.fees.queries.balances import balance_of, invoices_of
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount, LedgerEntry
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.fees import scenes
from tests.world import World

P, S = Payer.PARTICIPANT, Payer.SPONSOR


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def paid(key: str = "k1", minor: int = 98000, payer: Payer = P) -> NewPayment:
    return NewPayment(
        payer=payer,
        method=PaymentMethod.MANUAL,
        source_key=key,
        amount=euros(minor),
        received_on=NOW.date(),
        payer_name="Awa Koné",
        by=None,
        now=NOW,
    )


@pytest.fixture
def place(session: Session, world: World) -> tuple[Application, FeeAccount]:
    """An accepted self-payer with one invoice of 980 euros."""
    application = scenes.accepted(session, world)
    account = scenes.the_account(session, application)
    if not invoices_of(session, [account.id]):
        scenes.an_invoice(session, account)
    return application, account


def posted(session: Session, account: LedgerAccount) -> int:
    total = select(func.sum(LedgerEntry.__table__.c.amount_minor))
    return session.scalar(total.where(LedgerEntry.account == account)) or 0


def letters(session: Session) -> list[str]:
    kinds = select(OutgoingEmail.kind).where(OutgoingEmail.kind == "fees.payment-received")
    return list(session.scalars(kinds))


def test_a_payment_confirms_the_place_and_is_told(session: Session, place) -> None:
    application, account = place
    payment = record_payment(session, account, paid())
    assert application.state is ApplicationState.ENROLLED
    (invoice,) = invoices_of(session, [account.id])
    assert (invoice.paid, invoice.open) == (euros(98000), euros(0))
    assert posted(session, LedgerAccount.UNMATCHED_RECEIPTS) == 98000
    reference = select(LedgerEntry.reference).where(
        LedgerEntry.account == LedgerAccount.RECEIVABLES,
        LedgerEntry.__table__.c.amount_minor == -98000,
    )
    assert session.scalars(reference).one() == f"account {account.id}"
    assert len(letters(session)) == 1
    assert payment.refunded_minor == 0


def test_the_same_payment_twice_is_one(session: Session, place) -> None:
    _, account = place
    first = record_payment(session, account, paid())
    assert record_payment(session, account, paid()) is first
    assert session.scalar(select(func.count()).select_from(Payment)) == 1
    assert len(letters(session)) == 1
    with pytest.raises(RuleViolation) as refused:
        record_payment(session, account, paid(minor=5))
    assert refused.value.code is PaymentProblem.RECORDED


def test_short_then_the_rest_then_too_much(session: Session, place) -> None:
    application, account = place
    record_payment(session, account, paid("a", 96500))
    assert application.state is ApplicationState.ACCEPTED
    assert balance_of(session, account).open == euros(1500)
    record_payment(session, account, paid("b", 2000))
    assert application.state is ApplicationState.ENROLLED
    assert balance_of(session, account).credit == euros(500)
    record_payment(session, account, paid("c", 98000))
    assert balance_of(session, account).credit == euros(98500)
    shares = session.scalars(select(PaymentAllocation)).all()
    assert sorted(each.amount.minor for each in shares) == [1500, 96500]


def test_each_payer_pays_their_own_part(session: Session, world: World) -> None:
    application = scenes.accepted(session, world, sponsor_percent=60)
    account = scenes.the_account(session, application)
    if not invoices_of(session, [account.id]):
        scenes.an_invoice(session, account, 39200)
        scenes.an_invoice(session, account, 58800, payer=S)
    record_payment(session, account, paid("s", 98000, S))
    assert application.state is ApplicationState.ACCEPTED
    balance = balance_of(session, account)
    assert (balance.of(P).open, balance.of(S).credit) == (euros(39200), euros(39200))
    record_payment(session, account, paid("p", 39200))
    assert application.state is ApplicationState.ENROLLED


def test_a_payer_who_owes_nothing_has_a_credit(session: Session, world: World) -> None:
    """The sponsor pays everything, and the participant, too, by mistake."""
    account = scenes.an_account(session, world, sponsor_percent=100)
    payment = record_payment(session, account, paid())
    assert balance_of(session, account).of(P).credit == euros(98000)
    assert payment.party_id is not None


def test_a_credit_without_an_invoice_confirms_nothing(session: Session, world: World) -> None:
    application = scenes.accepted(session, world)
    account = scenes.the_account(session, application)
    for each in invoices_of(session, [account.id]):
        scenes.an_invoice(session, account, credited=each.invoice)
    record_payment(session, account, paid())
    assert application.state is ApplicationState.ACCEPTED


def test_a_payment_that_the_bank_takes_back(session: Session, place) -> None:
    application, account = place
    payment = record_payment(session, account, paid())
    for _ in range(2):
        reverse_payment(session, payment, booked_on=NOW.date(), by=None, now=NOW)
    assert balance_of(session, account).open == euros(98000)
    assert not session.scalars(select(PaymentAllocation)).all()
    assert posted(session, LedgerAccount.UNMATCHED_RECEIPTS) == 0
    assert application.state is ApplicationState.ENROLLED, "a person decides about the place"


def test_a_refunded_payment_is_not_taken_back(session: Session, place) -> None:
    _, account = place
    payment = record_payment(session, account, paid())
    payment.refunded_minor = 1
    session.flush()
    with pytest.raises(RuleViolation) as refused:
        reverse_payment(session, payment, booked_on=NOW.date(), by=None, now=NOW)
    assert refused.value.code is PaymentProblem.REFUNDED


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (Money(0, "EUR"), PaymentProblem.AMOUNT),
        (Money(-5, "EUR"), PaymentProblem.AMOUNT),
        (Money(98000, "USD"), PaymentProblem.CURRENCY),
    ],
)
def test_what_is_no_payment(session: Session, place, amount: Money, code: PaymentProblem) -> None:
    _, account = place
    with pytest.raises(RuleViolation) as refused:
        record_payment(session, account, replace(paid(), amount=amount))
    assert refused.value.code is code


def proposal(world: World, kind: SettlementKind = SettlementKind.ELSEWHERE) -> NewSettlement:
    return NewSettlement(kind=kind, reason="because", by=world.staff[Role.FINANCE].id, now=NOW)


def approval(world: World, role: Role = Role.APPROVER) -> SettlementDecision:
    later = NOW + timedelta(minutes=1)
    return SettlementDecision(approved=True, by=world.staff[role].id, now=later)


def test_a_settlement_needs_two_people(session: Session, world: World, place) -> None:
    application, account = place
    settlement = propose_settlement(session, account, proposal(world))
    assert application.state is ApplicationState.ACCEPTED
    with pytest.raises(RuleViolation) as waits:
        propose_settlement(session, account, proposal(world))
    assert waits.value.code is SettlementProblem.WAITS
    with pytest.raises(RuleViolation) as own:
        decide_settlement(session, settlement, approval(world, Role.FINANCE))
    assert own.value.code is SettlementProblem.SAME_PERSON
    decide_settlement(session, settlement, approval(world))
    assert application.state is ApplicationState.ENROLLED
    with pytest.raises(RuleViolation) as again:
        decide_settlement(session, settlement, approval(world))
    assert again.value.code is SettlementProblem.DECIDED
    with pytest.raises(RuleViolation) as holds:
        propose_settlement(session, account, proposal(world))
    assert holds.value.code is SettlementProblem.HOLDS


def test_a_refused_settlement_confirms_nothing(session: Session, world: World, place) -> None:
    application, account = place
    settlement = propose_settlement(session, account, proposal(world))
    decide_settlement(session, settlement, replace(approval(world), approved=False))
    assert application.state is ApplicationState.ACCEPTED
    propose_settlement(session, account, proposal(world))  # another one may follow


def test_a_guarantee_needs_its_letter(session: Session, world: World, place) -> None:
    _, account = place
    with pytest.raises(RuleViolation) as refused:
        propose_settlement(session, account, proposal(world, SettlementKind.GUARANTEE))
    assert refused.value.code is SettlementProblem.NO_LETTER


def test_a_decision_on_an_old_page_changes_nothing(session: Session, world: World, place) -> None:
    _, account = place
    settlement = propose_settlement(session, account, proposal(world))
    with pytest.raises(RuleViolation) as refused:
        decide_settlement(session, settlement, replace(approval(world), version=7))
    assert refused.value.code is SettlementProblem.DECIDED


@pytest.mark.parametrize("kind", [SettlementKind.WAIVER, SettlementKind.ELSEWHERE])
def test_a_waiver_credits_the_invoice(
    session: Session, world: World, place, kind: SettlementKind
) -> None:
    _, account = place
    settlement = propose_settlement(session, account, proposal(world, kind))
    decide_settlement(session, settlement, approval(world))
    assert balance_of(session, account).open == euros(0)
    assert any(each.is_credited for each in invoices_of(session, [account.id]))


def test_accounts_are_locked_again_if_one_moved_meanwhile(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (scenes.an_account(session, world) for _ in range(2))
    answers = [set[int](), {first.edition_id}]
    monkeypatch.setattr(accounts, "_lock_editions", lambda *_: answers.pop(0))
    locked = accounts.lock_accounts(session, [second.id, first.id])
    assert list(locked.values()) == [first, second], "by id"
    assert not answers


def test_no_account_is_locked_that_does_not_exist(session: Session, world: World) -> None:
    account = scenes.an_account(session, world)
    assert accounts.lock_accounts(session, []) == {}
    with pytest.raises(NoResultFound):
        accounts.lock_accounts(session, [account.id, account.id + 1])
