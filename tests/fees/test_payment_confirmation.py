"""One person alone confirms no place: a second one confirms what was recorded by hand."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.fees.commands.matching import MatchAction, assign_entry, link_payment, undo_match
from learning.fees.commands.payment_confirmation import PaymentDecision, decide_payment
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.problems import PaymentProblem
from learning.fees.queries.balances import balance_of
from learning.fees.queries.unconfirmed_payments import payments_without_entry
from learning.fees.rules.matching import Share
from learning.fees.statement_models import EntryState
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from tests.admissions.factories import NOW
from tests.fees import scenes
from tests.fees.places import a_place, account_for, cancel, check_money, refunds_of
from tests.fees.test_payment_pages import hidden
from tests.world import World, sign_in

FEE = 98000


@pytest.fixture
def place(session: Session, world: World) -> tuple[Application, FeeAccount]:
    application = a_place(session, world)
    return application, account_for(session, application)


def by_hand(session: Session, account: FeeAccount, by: int, minor: int = FEE) -> Payment:
    new = NewPayment(
        payer=Payer.PARTICIPANT,
        method=PaymentMethod.MANUAL,
        source_key=f"{account.id} {by} {minor}",
        amount=Money(minor, "EUR"),
        received_on=NOW.date(),
        payer_name="Awa Koné",
        note="receipt 12",
        by=by,
        now=NOW,
    )
    return record_payment(session, account, new)


def decided(by: int, *, confirmed: bool = True, version: int | None = None) -> PaymentDecision:
    return PaymentDecision(confirmed=confirmed, by=by, now=NOW, version=version)


def violation_of(session: Session, payment: Payment, decision: PaymentDecision) -> PaymentProblem:
    with pytest.raises(RuleViolation) as refused:
        decide_payment(session, payment, decision)
    assert isinstance(refused.value.code, PaymentProblem)
    return refused.value.code


def test_a_second_person_confirms_it_and_the_place(session: Session, world: World, place) -> None:
    application, account = place
    finance, approver = (world.staff[each].id for each in (Role.FINANCE, Role.APPROVER))
    payment = by_hand(session, account, finance)
    assert balance_of(session, account).open.minor == 0, "nobody is reminded of it"
    assert (payment.is_unconfirmed, application.state) == (True, ApplicationState.ACCEPTED)
    assert violation_of(session, payment, decided(finance)) is PaymentProblem.SAME_PERSON
    assert violation_of(session, payment, decided(approver, version=7)) is PaymentProblem.DECIDED
    decide_payment(session, payment, decided(approver, version=payment.version))
    assert (payment.confirmed_by_id, application.state) == (approver, ApplicationState.ENROLLED)
    assert violation_of(session, payment, decided(approver)) is PaymentProblem.DECIDED
    check_money(session)


def test_the_database_refuses_the_same_person(session: Session, world: World, place) -> None:
    _, account = place
    finance = world.staff[Role.FINANCE].id
    payment = by_hand(session, account, finance)
    with pytest.raises(IntegrityError, match="two_people"), session.begin_nested():
        session.execute(update(Payment).values(confirmed_by_id=finance, confirmed_at=NOW))
    assert payment.is_unconfirmed


def test_what_has_not_come_is_taken_back(session: Session, world: World, place) -> None:
    application, account = place
    payment = by_hand(session, account, world.staff[Role.FINANCE].id)
    decide_payment(session, payment, decided(world.staff[Role.APPROVER].id, confirmed=False))
    assert payment.reversed_at is not None
    assert balance_of(session, account).open.minor == FEE
    assert application.state is ApplicationState.ACCEPTED
    check_money(session)


def test_an_entry_of_the_bank_is_the_second_person(session: Session, world: World, place) -> None:
    application, account = place
    finance = world.staff[Role.FINANCE].id
    payment, action = by_hand(session, account, finance), MatchAction(by=finance, now=NOW)
    entry = scenes.an_entry(session, FEE)
    link_payment(session, entry, payment, action)
    assert (payment.is_unconfirmed, application.state) == (False, ApplicationState.ENROLLED)
    assert not payments_without_entry(session)
    undo_match(session, entry, action, booked_on=NOW.date())
    assert payment.is_unconfirmed
    assert application.state is ApplicationState.ENROLLED, "a person decides about the place"


def test_the_rest_by_bank_does_not_confirm_what_is_unproved(
    session: Session, world: World, place
) -> None:
    """Half came by the bank, the other half stands on one person's word; then all comes."""
    application, account = place
    by_hand(session, account, world.staff[Role.FINANCE].id, FEE // 2)
    for number, state in ((1, ApplicationState.ACCEPTED), (2, ApplicationState.ENROLLED)):
        new = NewPayment(
            payer=Payer.PARTICIPANT,
            method=PaymentMethod.BANK_TRANSFER,
            source_key=f"entry {number}",
            amount=Money(FEE // 2, "EUR"),
            received_on=NOW.date(),
            payer_name="Awa Koné",
            by=None,
            now=NOW,
        )
        record_payment(session, account, new)
        assert application.state is state


def test_nobody_records_or_confirms_a_payment_for_an_own_place(
    session: Session, world: World, place
) -> None:
    application, account = place
    with pytest.raises(RuleViolation) as refused:
        by_hand(session, account, application.person_id)
    assert refused.value.code is PaymentProblem.OWN_PLACE
    payment = by_hand(session, account, world.staff[Role.FINANCE].id)
    code = violation_of(session, payment, decided(application.person_id))
    assert code is PaymentProblem.OWN_PLACE


def test_the_page_and_the_control_page(app: Flask, session: Session, world: World, place) -> None:
    application, account = place
    payment = by_hand(session, account, world.staff[Role.FINANCE].id)
    session.commit()
    finance, approver = (
        sign_in(app, session, world.staff[each]) for each in (Role.FINANCE, Role.APPROVER)
    )
    address = f"/en/staff/money/accounts/{account.uid}"
    assert "Confirm the payment" not in finance.get(address).text
    assert "waits for a second person" in finance.get(address).text
    assert "Confirm the payment" in approver.get(address).text
    listed = finance.get("/en/staff/money/control").text
    assert "receipt 12" not in listed
    assert "waits for a second person" in listed
    assert "Payments to confirm" in approver.get("/en/staff/").text
    post = f"/en/staff/money/payments/{payment.uid}"
    form = hidden(approver.get(address).text, post) | {"decision": "confirm"}
    assert approver.post(post, data=form | {"decision": ""}).status_code == 422
    for _ in range(2):  # a double click confirms once
        assert approver.post(post, data=form).status_code == 303
    session.refresh(application)
    assert application.state is ApplicationState.ENROLLED
    assert "confirmed by" in finance.get("/en/staff/money/control").text


def test_nothing_is_paid_back_of_it(session: Session, world: World, place) -> None:
    application, account = place
    payment = by_hand(session, account, world.staff[Role.FINANCE].id)
    when = NOW + (world.open.starts_on - NOW.date()) - timedelta(days=14)
    cancel(session, world, application, now=when)
    (refund,) = refunds_of(session, account)
    assert (refund.payment_id, payment.is_unconfirmed) == (payment.id, True)


def test_nobody_matches_an_entry_with_an_own_place(session: Session, world: World, place) -> None:
    """The money of somebody else would confirm it."""
    application, account = place
    entry = scenes.an_entry(session)
    own = MatchAction(by=application.person_id, now=NOW)
    share = Share(account_id=account.id, payer="participant", minor=entry.amount.minor)
    with pytest.raises(RuleViolation) as refused, session.begin_nested():
        assign_entry(session, entry, [share], own)
    assert refused.value.code is PaymentProblem.OWN_PLACE
    payment = by_hand(session, account, world.staff[Role.FINANCE].id, entry.amount.minor)
    with pytest.raises(RuleViolation) as refused, session.begin_nested():
        link_payment(session, entry, payment, own)
    assert refused.value.code is PaymentProblem.OWN_PLACE
    session.refresh(entry)
    assert (entry.state, payment.is_unconfirmed) == (EntryState.UNMATCHED, True)
    assert application.state is ApplicationState.ACCEPTED
