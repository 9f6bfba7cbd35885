"""Bank entries: matched where they name an invoice, else by a person; undone by the opposite."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.fees.commands.matching import (
    MatchAction,
    assign_entry,
    ignore_entry,
    link_payment,
    match_entry,
    undo_match,
)
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.problems import MatchProblem
from learning.fees.queries.balances import balance_of, invoices_of
from learning.fees.queries.matching import open_candidates, suggestions_for
from learning.fees.rules.matching import MatchReason, Share
from learning.fees.statement_models import EntryState
from learning.kit.errors import RuleViolation
from tests.admissions.factories import NOW
from tests.fees import scenes
from tests.world import World


@pytest.fixture
def place(session: Session, world: World) -> tuple[Application, FeeAccount, Invoice]:
    """An accepted self-payer with one invoice of 980 euros."""
    application = scenes.accepted(session, world)
    account = scenes.the_account(session, application)
    if not invoices_of(session, [account.id]):
        number = f"INV-2026-{account.id + 500:06}"
        scenes.an_invoice(session, account, number=number)
    (invoice,) = invoices_of(session, [account.id])
    return application, account, invoice.invoice


@pytest.fixture
def action(world: World) -> MatchAction:
    return MatchAction(by=world.staff[Role.FINANCE].id, now=NOW)


def test_an_exact_number_is_booked_by_itself(session: Session, place) -> None:
    application, account, invoice = place
    entry = scenes.an_entry(session, text=f"pago {invoice.number.lower().replace('-', ' ')}")
    for _ in range(2):  # a job that runs again changes nothing
        match_entry(session, entry, now=NOW)
    assert entry.state is EntryState.MATCHED
    assert application.state is ApplicationState.ENROLLED
    (payment,) = session.scalars(select(Payment)).all()
    assert (payment.bank_entry_id, payment.method) == (entry.id, PaymentMethod.BANK_TRANSFER)
    assert balance_of(session, account).open.minor == 0


@pytest.mark.parametrize(
    "columns",
    [
        {"text": "no number"},
        {"is_reversal": True},
        {"return_reason": "AC04"},
        {"minor": -98000},
    ],
)
def test_all_else_waits_for_a_person(session: Session, place, columns: dict[str, object]) -> None:
    *_, invoice = place
    entry = scenes.an_entry(session, **({"text": invoice.number} | columns))
    match_entry(session, entry, now=NOW)
    assert entry.state is EntryState.UNMATCHED
    assert not session.scalars(select(Payment)).all()


def test_one_entry_for_two_places(session: Session, world: World, place) -> None:
    *_, first = place
    other = scenes.an_account(session, world)
    if not invoices_of(session, [other.id]):
        scenes.an_invoice(session, other, number=f"INV-2026-{other.id + 500:06}")
    second = invoices_of(session, [other.id])[0].invoice
    entry = scenes.an_entry(session, 196000, f"{first.number}, {second.number}")
    match_entry(session, entry, now=NOW)
    amounts = {each.fee_account_id: each.amount.minor for each in session.scalars(select(Payment))}
    assert amounts == {first.fee_account_id: 98000, other.id: 98000}


def test_a_suggestion_is_confirmed_then_undone(session: Session, place, action) -> None:
    application, account, _ = place
    name = scenes.party_of(session, account, Payer.PARTICIPANT).details.name
    entry = scenes.an_entry(session, counterparty=name)
    match_entry(session, entry, now=NOW)
    suggestion = suggestions_for([entry], open_candidates(session))[entry.id]
    assert suggestion.reasons == (MatchReason.SAME_NAME,)
    assign_entry(session, entry, suggestion.shares, action)
    assert application.state is ApplicationState.ENROLLED
    undo_match(session, entry, action, booked_on=NOW.date())
    assert entry.state is EntryState.UNMATCHED
    assert balance_of(session, account).open.minor == 98000
    assign_entry(session, entry, suggestion.shares, action)  # the entry pays again
    assert balance_of(session, account).open.minor == 0


def test_an_assignment_is_the_whole_entry(session: Session, place, action) -> None:
    _, account, _ = place
    entry = scenes.an_entry(session)
    share = Share(account_id=account.id, payer="participant", minor=1)
    with pytest.raises(RuleViolation) as refused:
        assign_entry(session, entry, [share], action)
    assert refused.value.code is MatchProblem.SUM


def test_two_people_decide_once(session: Session, place, action) -> None:
    _, account, _ = place
    entry = scenes.an_entry(session)
    share = Share(account_id=account.id, payer="participant", minor=98000)
    seen = MatchAction(by=action.by, now=NOW, version=entry.version)
    assign_entry(session, entry, [share], seen)
    for again in (seen, action):
        with pytest.raises(RuleViolation) as refused:
            assign_entry(session, entry, [share], again)
        assert refused.value.code is MatchProblem.DECIDED
    assert len(session.scalars(select(Payment)).all()) == 1


def test_an_entry_that_is_not_about_fees(session: Session, action) -> None:
    entry = scenes.an_entry(session, text="HOTEL")
    ignore_entry(session, entry, "the hotel", action)
    assert (entry.state, entry.reason) == (EntryState.IGNORED, "the hotel")
    undo_match(session, entry, action, booked_on=NOW.date())
    assert (entry.state, entry.reason) == (EntryState.UNMATCHED, "")


def test_a_payment_by_hand_is_not_booked_twice(session: Session, place, action) -> None:
    _, account, _ = place
    new = NewPayment(
        payer=Payer.PARTICIPANT, method=PaymentMethod.MANUAL, source_key="hand",
        amount=scenes.Money(98000, "EUR"), received_on=NOW.date(), payer_name="Awa", by=None,
        now=NOW,
    )  # fmt: skip
    payment = record_payment(session, account, new)
    entry = scenes.an_entry(session)
    link_payment(session, entry, payment, action)
    assert (entry.state, payment.bank_entry_id) == (EntryState.MATCHED, entry.id)
    other = scenes.an_entry(session)
    with pytest.raises(RuleViolation) as refused:
        link_payment(session, other, payment, action)
    assert refused.value.code is MatchProblem.OTHER_PAYMENT
    undo_match(session, entry, action, booked_on=NOW.date())
    assert payment.bank_entry_id is None
    assert payment.reversed_at is None


def test_the_entry_of_a_payment_by_hand_is_found_by_its_reference(session: Session, place) -> None:
    _, account, invoice = place
    new = NewPayment(
        payer=Payer.PARTICIPANT, method=PaymentMethod.MANUAL, source_key="hand",
        amount=scenes.Money(98000, "EUR"), received_on=NOW.date(), payer_name="Awa", by=None,
        now=NOW,
    )  # fmt: skip
    payment = record_payment(session, account, new)
    entry = scenes.an_entry(session, text=f"FEE {invoice.number}")
    match_entry(session, entry, now=NOW)
    assert (entry.state, payment.bank_entry_id) == (EntryState.MATCHED, entry.id)
    assert len(session.scalars(select(Payment)).all()) == 1


def test_what_the_bank_brings_back_is_no_receipt(session: Session, place, action) -> None:
    _, account, _ = place
    entry = scenes.an_entry(session)
    entry.return_reason = "AC04"
    share = Share(account_id=account.id, payer="participant", minor=entry.amount.minor)
    assert suggestions_for([entry], open_candidates(session)) == {}
    with pytest.raises(RuleViolation) as refused:
        assign_entry(session, entry, [share], action)
    assert refused.value.code is MatchProblem.NO_RECEIPT
