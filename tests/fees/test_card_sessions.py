"""A checkout becomes one payment, whatever order its events come in, and whichever are lost."""

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.fake_card_provider.provider import FakeProvider, Outcome
from learning.fake_card_provider.store import FakeEvent
from learning.fees.card_models import CardSession, CardSessionState, EventOutcome, QuarantineReason
from learning.fees.commands import card_sessions
from learning.fees.commands.accounts import credit_invoices
from learning.fees.commands.card_events import Resolution, purge_events, resolve_event, take_fetched
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.problems import CardProblem
from learning.fees.queries.balances import balance_of
from learning.fees.queries.control import broken_books
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.admissions.factories import NOW
from tests.fees.card_scenes import arrive, begun, client_of, fake_at, invoiced, paid, stored
from tests.world import World


@pytest.fixture
def fake(tmp_path: Path) -> FakeProvider:
    return fake_at(tmp_path / "provider.sqlite")


def payments(session: Session) -> list[Payment]:
    return list(session.scalars(select(Payment).where(Payment.method == PaymentMethod.CARD)))


def query(session: Session, fake: FakeProvider, row: CardSession) -> None:
    """Ask the provider, as the return page and the periodic job do."""
    checkout = client_of(fake).fetch_session(row.provider_session_id or "")
    take_fetched(session, row, checkout, now=NOW)


def test_a_paid_checkout_is_one_payment_and_the_place_is_confirmed(
    session: Session, world: World, fake: FakeProvider
) -> None:
    row = paid(session, world, fake)
    account = session.get_one(FeeAccount, row.fee_account_id)
    payment = session.get_one(Payment, row.payment_id)
    assert (payment.amount, payment.method, payment.payer) == (row.amount, "card", "participant")
    assert payment.note == row.provider_payment_id
    assert payment.note.startswith("pi_")
    assert (balance_of(session, account).of(Payer.PARTICIPANT).open.minor, row.state) == (0, "paid")
    application = session.scalars(select(Application)).one()
    assert application.state is ApplicationState.ENROLLED
    assert balance(session, LedgerAccount.CARD_CLEARING) == row.amount
    assert broken_books(session) == []


HISTORIES = {
    "paid at once": (Outcome.PAID, None, CardSessionState.PAID),
    "confirmed later": (Outcome.LATER, True, CardSessionState.PAID),
    "refused later": (Outcome.LATER, False, CardSessionState.FAILED),
    "not decided yet": (Outcome.LATER, None, CardSessionState.PENDING),
    "nobody paid": (None, None, CardSessionState.EXPIRED),
}


def happen(fake: FakeProvider, session_id: str, history: str) -> list[FakeEvent]:
    """Let something happen at the provider; return its events."""
    outcome, succeeds, _ = HISTORIES[history]
    if outcome is None:
        fake.expire_session(session_id)
    else:
        fake.pay(session_id, outcome)
    if succeeds is not None:
        fake.confirm(session_id, succeeds=succeeds)
    return fake.store.events(session_id)


@pytest.mark.parametrize("history", HISTORIES)
def test_every_order_repetition_and_loss_ends_with_the_same_payment(
    session: Session, world: World, fake: FakeProvider, history: str
) -> None:
    """All sequences of up to four arrivals of the events and questions to the provider."""
    _, invoice = invoiced(session, world)
    row = begun(session, invoice, client_of(fake))
    events = happen(fake, row.provider_session_id or "", history)
    ends = HISTORIES[history][2]
    for length in range(4):
        for arrivals in itertools.product([*events, None], repeat=length):
            with session.begin_nested() as trial:
                for event in arrivals:
                    query(session, fake, row) if event is None else arrive(session, fake, event)
                    assert len(payments(session)) <= 1
                query(session, fake, row)  # the periodic job comes at last
                assert row.state is ends
                assert len(payments(session)) == (ends is CardSessionState.PAID)
                assert all(each.outcome is EventOutcome.APPLIED for each in stored(session))
                clearing = balance(session, LedgerAccount.CARD_CLEARING).minor
                assert clearing == (row.amount.minor if ends is CardSessionState.PAID else 0)
                trial.rollback()
            session.refresh(row)


def test_the_events_alone_are_enough_in_any_order(
    session: Session, world: World, fake: FakeProvider
) -> None:
    _, invoice = invoiced(session, world)
    row = begun(session, invoice, client_of(fake))
    events = happen(fake, row.provider_session_id or "", "confirmed later")
    for order in itertools.permutations(events * 2):
        with session.begin_nested() as trial:
            for event in order:
                arrive(session, fake, event)
            assert (row.state, len(payments(session)), len(stored(session))) == ("paid", 1, 2)
            trial.rollback()
        session.refresh(row)


def test_an_event_may_come_before_the_answer_of_the_provider(
    session: Session, world: World, fake: FakeProvider
) -> None:
    _, invoice = invoiced(session, world)
    row = begun(session, invoice, client_of(fake))
    row.provider_session_id, row.state = None, CardSessionState.CREATED
    session.commit()
    session_id = fake.store.objects("checkout.session")[0]["id"]
    fake.pay(session_id, Outcome.PAID)
    arrive(session, fake, fake.store.events(session_id)[0])
    assert (row.state, row.provider_session_id) == (CardSessionState.PAID, session_id)


CHANGES = {
    "amount_total": (98001, QuarantineReason.OTHER_AMOUNT),
    "currency": ("usd", QuarantineReason.OTHER_CURRENCY),
    "livemode": (True, QuarantineReason.OTHER_MODE),
    "id": ("cs_test_another", QuarantineReason.OTHER_SESSION),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_does_not_match_is_quarantined(
    session: Session, world: World, fake: FakeProvider, name: str
) -> None:
    value, reason = CHANGES[name]
    _, invoice = invoiced(session, world)
    row = begun(session, invoice, client_of(fake))

    def change(found: dict[str, object]) -> list[str]:
        found.update({"payment_status": "paid", "status": "complete", name: value})
        return ["checkout.session.completed"]

    fake.store.change(row.provider_session_id or "", change, int(fake.clock()))
    event = fake.store.events()[-1]
    for _ in range(2):
        arrive(session, fake, event)
    assert [(each.outcome, each.reason) for each in stored(session)] == [("quarantined", reason)]
    assert (row.state, payments(session)) == (CardSessionState.OPEN, [])


def test_what_is_told_on_demand_is_quarantined_once(
    session: Session, world: World, fake: FakeProvider
) -> None:
    _, invoice = invoiced(session, world)
    row = begun(session, invoice, client_of(fake))
    fake.store.change(
        row.provider_session_id or "", lambda found: found.update(amount_total=1) or [], 0
    )
    for _ in range(2):
        query(session, fake, row)
    found = stored(session)
    assert [each.reason for each in found] == [QuarantineReason.OTHER_AMOUNT]
    assert found[0].card_session_id == row.id


def test_a_session_that_nobody_began_here_is_quarantined(
    session: Session, world: World, fake: FakeProvider
) -> None:
    row = paid(session, world, fake)
    event = fake.store.events(row.provider_session_id)[0]
    body = event.body.replace((row.provider_session_id or "").encode(), b"cs_test_other")
    body = body.replace(row.uid.encode(), b"0" * 16).replace(event.id.encode(), b"evt_other")
    arrive(session, fake, FakeEvent(number=9, id="evt_other", body=body, deliveries=0))
    assert stored(session)[-1].reason == QuarantineReason.UNKNOWN_SESSION


def test_a_dispute_waits_for_a_person_who_says_what_was_done(
    session: Session, world: World, fake: FakeProvider
) -> None:
    row = paid(session, world, fake)
    checkout = fake.store.get(row.provider_session_id or "")
    fake.store.add_event(checkout, "charge.dispute.created", int(fake.clock()))
    fake.store.add_event(checkout, "customer.created", int(fake.clock()))
    for event in fake.store.events()[-2:]:
        arrive(session, fake, event)
    dispute, other = stored(session)[-2:]
    assert (dispute.reason, other.outcome) == (QuarantineReason.DISPUTE, EventOutcome.IGNORED)
    by = world.staff[Role.FINANCE].id
    done = Resolution(note="Answered at the provider.", version=dispute.version, by=by, now=NOW)
    resolve_event(session, dispute, done)
    assert (dispute.note, dispute.resolved_by_id) == ("Answered at the provider.", by)
    with pytest.raises(RuleViolation) as refused:
        resolve_event(session, dispute, done)
    assert refused.value.code is CardProblem.RESOLVED


def test_a_capture_for_what_is_not_owed_any_more_is_a_credit(
    session: Session, world: World, fake: FakeProvider
) -> None:
    account, invoice = invoiced(session, world)
    row = begun(session, invoice, client_of(fake))
    credit_invoices(session, account, by=None, now=NOW)
    fake.pay(row.provider_session_id or "", Outcome.PAID)
    arrive(session, fake, fake.store.events(row.provider_session_id)[0])
    own = balance_of(session, account).of(Payer.PARTICIPANT)
    assert (own.open.minor, own.credit) == (0, row.amount)
    assert broken_books(session) == []


def test_one_session_is_open_for_an_invoice(
    session: Session, world: World, fake: FakeProvider
) -> None:
    _, invoice = invoiced(session, world)
    client = client_of(fake)
    first = begun(session, invoice, client, key="one")
    assert begun(session, invoice, client, key="two").id == first.id
    assert len(fake.store.objects("checkout.session")) == 1


def test_a_session_of_another_amount_ends_first(
    session: Session, world: World, fake: FakeProvider
) -> None:
    account, invoice = invoiced(session, world)
    client = client_of(fake)
    first = begun(session, invoice, client, key="one")
    new = NewPayment(
        payer=Payer.PARTICIPANT,
        method=PaymentMethod.MANUAL,
        source_key="part",
        amount=Money(10000, "EUR"),
        received_on=NOW.date(),
        payer_name="Awa Koné",
        by=None,
        now=NOW,
    )
    record_payment(session, account, new)
    with pytest.raises(RuleViolation) as refused:
        begun(session, invoice, client, key="two")
    assert refused.value.code is CardProblem.OTHER_SESSION
    assert card_sessions.session_to_end(session, invoice, now=NOW) is first
    take_fetched(session, first, client.expire_session(first.provider_session_id or ""), now=NOW)
    second = begun(session, invoice, client, key="two")
    assert (first.state, second.amount.minor) == (CardSessionState.EXPIRED, 88000)


def test_nothing_is_begun_for_an_invoice_that_is_paid_or_about_to_be(
    session: Session, world: World, fake: FakeProvider
) -> None:
    _, invoice = invoiced(session, world)
    row = begun(session, invoice, client_of(fake))
    fake.pay(row.provider_session_id or "", Outcome.LATER)
    query(session, fake, row)
    with pytest.raises(RuleViolation) as refused:
        begun(session, invoice, client_of(fake), key="two")
    assert refused.value.code is CardProblem.PENDING
    fake.confirm(row.provider_session_id or "", succeeds=True)
    query(session, fake, row)
    with pytest.raises(RuleViolation) as refused:
        begun(session, invoice, client_of(fake), key="two")
    assert refused.value.code is CardProblem.NOTHING_OPEN


def test_old_events_are_deleted_unless_somebody_has_to_look(
    session: Session, world: World, fake: FakeProvider
) -> None:
    row = paid(session, world, fake)
    fake.store.add_event(fake.store.get(row.provider_session_id or ""), "charge.dispute.created", 1)
    arrive(session, fake, fake.store.events()[-1])
    assert purge_events(session, before=NOW) == 0
    assert purge_events(session, before=NOW + timedelta(seconds=1)) == 1
    assert [each.reason for each in stored(session)] == [QuarantineReason.DISPUTE]
