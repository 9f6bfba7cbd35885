"""Credits: how they are found, drafted as refunds, asked for by the payer."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.extension_points.waiting import WaitingRequest
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.credits import CreditRefund, refund_credit
from learning.fees.commands.payments import NewPayment, record_payment, reverse_payment
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.problems import CreditProblem
from learning.fees.queries.balances import balance_of
from learning.fees.queries.control import control_lines
from learning.fees.queries.credits import credit_sums, listed_credits
from learning.fees.queries.payer_parts import part_of
from learning.fees.queries.refund_payers import has_own_credit
from learning.fees.refund_models import Refund, RefundChange
from learning.fees.rules.refunds import RefundSource, RefundState
from learning.fees.waiting_credits import CREDITS
from learning.kit.errors import RuleViolation
from learning.kit.i18n import I18n
from learning.kit.money import Money
from tests.admissions.factories import NOW
from tests.admissions.test_own_applications import browser_of
from tests.fees import scenes
from tests.fees.test_payment_pages import MONEY, hidden, send
from tests.world import World, sign_in


def pay(
    session: Session, account: FeeAccount, minor: int, payer: Payer = Payer.PARTICIPANT
) -> Payment:
    new = NewPayment(
        payer=payer, method=PaymentMethod.MANUAL, source_key=f"key {next(scenes.NUMBERS)}",
        amount=Money(minor, "EUR"), received_on=NOW.date(), payer_name="Awa Koné", by=None, now=NOW,
    )  # fmt: skip
    payment = record_payment(session, account, new)
    session.commit()
    return payment


@pytest.fixture
def place(session: Session, world: World):
    """A self-payer with an invoice of the price, paid."""
    application = scenes.accepted(session, world, invoiced=True)
    account = scenes.the_account(session, application)
    pay(session, account, balance_of(session, account).open.minor)
    return application, account


def a_request(world: World, minor: int | None, payer: Payer = Payer.PARTICIPANT) -> CreditRefund:
    amount = None if minor is None else Money(minor, "EUR")
    by = world.staff[Role.FINANCE].id
    return CreditRefund(payer=payer, amount=amount, reason="paid twice", by=by, now=NOW)


def credit_of(session: Session, account: FeeAccount) -> int:
    return balance_of(session, account).credit.minor


def refused(session: Session, account: FeeAccount, request: CreditRefund) -> CreditProblem:
    with pytest.raises(RuleViolation) as violation:
        refund_credit(session, account, request)
    session.rollback()
    return violation.value.code  # type: ignore[return-value]


def test_a_credit_goes_back_from_the_last_payments(session: Session, world: World, place) -> None:
    _, account = place
    first, second = pay(session, account, 5000), pay(session, account, 3000)
    refunds = refund_credit(session, account, a_request(world, 7000))
    session.commit()
    assert [(each.payment_id, each.gross.minor) for each in refunds] == [
        (second.id, 3000),
        (first.id, 4000),
    ]
    assert {each.source for each in refunds} == {RefundSource.OVERPAYMENT}
    reasons = session.scalars(select(RefundChange.reason)).all()
    assert set(reasons) == {"paid twice"}
    assert credit_of(session, account) == 1000
    assert balance_of(session, account).open.minor == 0
    refund_credit(session, account, a_request(world, None))
    assert credit_of(session, account) == 0
    assert all(line.agrees for line in control_lines(session))


def test_never_more_than_the_credit(session: Session, world: World, place) -> None:
    """A refund beyond the credit would give back a fee that is owed: it is credited first."""
    _, account = place
    assert refused(session, account, a_request(world, None)) is CreditProblem.NO_CREDIT
    pay(session, account, 2000)
    for minor in (2001, 0, -5):
        assert refused(session, account, a_request(world, minor)) is CreditProblem.MORE_THAN_CREDIT
    sponsor = a_request(world, 100, Payer.SPONSOR)
    assert refused(session, account, sponsor) is CreditProblem.NO_CREDIT
    refund_credit(session, account, a_request(world, 2000))
    session.commit()
    assert refused(session, account, a_request(world, 2000)) is CreditProblem.NO_CREDIT


def test_a_payment_before_its_invoice_is_no_credit_to_pay_back(
    session: Session, world: World
) -> None:
    account = scenes.an_account(session, world)
    pay(session, account, 98000)
    assert refused(session, account, a_request(world, None)) is CreditProblem.UNINVOICED
    assert listed_credits(session, start=0, limit=9) == []


def test_credits_are_listed_until_they_go_back(session: Session, place) -> None:
    _, account = place
    assert credit_sums(session) == []
    payment = pay(session, account, 2000)
    (credit,) = listed_credits(session, start=0, limit=9)
    assert (credit.account_uid, credit.payer, credit.amount) == (
        account.uid,
        Payer.PARTICIPANT,
        Money(2000, "EUR"),
    )
    assert credit_sums(session) == [("EUR", 1, 2000)]
    waiting = CREDITS.rows(
        session, WaitingRequest(editions=None, i18n=I18n("fr"), now=NOW, limit=5)
    )
    assert (waiting.total, waiting.rows[0].path) == (
        1,
        f"staff/money/accounts/{account.uid}#credit",
    )
    reverse_payment(session, payment, booked_on=NOW.date(), by=None, now=NOW)
    assert credit_sums(session) == []


def test_finance_drafts_it_on_the_page(
    app: Flask, session: Session, world: World, place, queries: list[str]
) -> None:
    _, account = place
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    here, action = (
        f"{MONEY}/accounts/{account.uid}",
        f"{MONEY}/accounts/{account.uid}/credit-refund",
    )
    assert action not in finance.get(here).text
    assert "Personne n’a trop payé" in finance.get(f"{MONEY}/credits").text
    pay(session, account, 2000)
    typed = {"credit_payer": "participant", "credit_amount": "20,00"}
    wrong = send(finance, here, action, **typed, credit_reason="")
    assert (wrong.status_code, "20,00" in wrong.text) == (422, True)
    more = send(finance, here, action, **(typed | {"credit_amount": "21"}), credit_reason="double")
    assert more.status_code == 409
    assert "double" in more.text
    fields = hidden(finance.get(here).text, action) | typed | {"credit_reason": "payé deux fois"}
    answers = [finance.post(action, data=fields) for _ in range(2)]
    session.expire_all()
    refund = session.scalars(select(Refund)).one()
    assert {each.headers["Location"] for each in answers} == {f"{MONEY}/refunds/{refund.uid}"}
    assert (refund.gross, refund.state) == (Money(2000, "EUR"), RefundState.DRAFT)
    assert "payé deux fois" in finance.get(f"{MONEY}/refunds/{refund.uid}").text
    assert action not in finance.get(here).text
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    own = {name: value for name, value in fields.items() if name != "reader"}
    assert auditor.post(action, data=own).status_code == 404
    counts = []
    for minor in (100, 200):
        pay(session, scenes.the_account(session, place[0]), minor)
        pay(session, _another(session, world), minor)
        finance.get(f"{MONEY}/credits")
        del queries[:]
        finance.get(f"{MONEY}/credits")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _another(session: Session, world: World) -> FeeAccount:
    account = scenes.the_account(session, scenes.accepted(session, world, invoiced=True))
    pay(session, account, balance_of(session, account).open.minor)
    return account


def test_the_payer_asks_for_it(app: Flask, session: Session, world: World, place) -> None:
    application, account = place
    person = browser_of(app, session, application)
    here = f"/fr/applications/{application.reference}/fee/"
    assert f"{here}credit" not in person.get(here).text
    pay(session, account, 2000)
    page = person.get(here).text
    assert "lorsque vous le demandez" in page
    fields = hidden(page, f"{here}credit")
    assert fields["credit_minor"] == "2000"
    pay(session, account, 500)
    for _ in range(2):  # a double click
        assert person.post(f"{here}credit", data=fields).status_code == 303
    session.expire_all()
    refund, other = session.scalars(select(Refund).order_by(Refund.id)).all()
    assert (refund.gross.minor, other.gross.minor) == (500, 1500)
    fields = hidden(person.get(here).text, f"{here}credit")
    refund_credit(session, account, a_request(world, 500))
    session.commit()
    late = person.post(f"{here}credit", data=fields)
    assert late.status_code == 303
    assert "Il ne reste rien" in person.get(here).text
    assert len(session.scalars(select(Refund)).all()) == 3
    assert person.get(f"{here}refunds/{refund.uid}/account").status_code == 200


def test_what_somebody_else_paid_is_not_asked_for(session: Session, world: World, place) -> None:
    """After a substitution the credit belongs to the person who paid it."""
    application, account = place
    pay(session, account, 2000)
    stranger = scenes.accepted(session, world).person_id
    own, theirs = (
        part_of(session, account, Payer.PARTICIPANT, each)
        for each in (application.person_id, stranger)
    )
    assert has_own_credit(session, account, own)
    assert not has_own_credit(session, account, theirs)


def test_allocations_stay_as_they_were(session: Session, world: World, place) -> None:
    _, account = place
    pay(session, account, 2000)
    refund_credit(session, account, a_request(world, 2000))
    allocate_payments(session, account)
    assert balance_of(session, account).open.minor == 0
