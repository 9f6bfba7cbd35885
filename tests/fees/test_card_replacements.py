"""What a card session is paid for may be replaced meanwhile: the person, or the invoice."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.agreement_models import FeeAgreement
from learning.fake_card_provider.provider import FakeProvider, Outcome
from learning.fees.card_jobs import check_card_payments
from learning.fees.card_models import CardSession
from learning.fees.commands.card_events import take_fetched
from learning.fees.commands.card_sessions import session_to_end
from learning.fees.commands.corrections import BuyerCorrection, correct_buyer
from learning.fees.invoice_models import Invoice
from learning.fees.models import Payer
from learning.fees.payment_models import Payment
from learning.fees.problems import CardProblem
from learning.fees.queries.balances import balance_of
from learning.fees.queries.control import broken_books
from learning.fees.rules.invoice_content import buyer_of
from learning.jobs.worker import Task
from learning.kit.errors import RuleViolation
from tests.admissions.factories import NOW
from tests.conftest import RolledBack
from tests.fees.card_scenes import arrive, begun, client_of, fake_at, invoiced
from tests.fees.places import a_place, account_for, substitute
from tests.fees.refund_scenes import CIPHER
from tests.world import World


@pytest.fixture
def fake(tmp_path: Path) -> FakeProvider:
    return fake_at(tmp_path / "provider.sqlite")


def corrected(session: Session, world: World, invoice: Invoice) -> Invoice:
    """Return the invoice to another buyer that replaces an invoice."""
    details = buyer_of(invoice.buyer)
    details = type(details)(**(vars(details) | {"line1": "Rue du Lac 4"}))
    by = world.staff[Role.FINANCE].id
    change = BuyerCorrection(details=details, reason="moved", by=by, now=NOW)
    issued = correct_buyer(session, invoice, change)
    session.commit()
    return issued


def test_who_began_a_payment_by_card_has_paid_it_after_a_substitution(
    session: Session, world: World, fake: FakeProvider
) -> None:
    """The refund goes to the person whose card it was, not to the one who has the place by then."""
    first = a_place(session, world)
    account = account_for(session, first)
    invoice = session.scalars(select(Invoice).where(Invoice.fee_account_id == account.id)).one()
    session.commit()
    row = begun(session, invoice, client_of(fake))
    second = substitute(session, world, first, now=NOW + timedelta(minutes=10))
    session.commit()
    fake.pay(row.provider_session_id or "", Outcome.PAID)
    arrive(session, fake, fake.store.events(row.provider_session_id)[0])
    payment = session.scalars(select(Payment)).one()
    agreement = session.get_one(FeeAgreement, payment.fee_agreement_id)
    assert agreement.application_id == first.id != second.id
    assert broken_books(session) == []


@pytest.mark.parametrize("outcome", [None, Outcome.LATER])
def test_an_invoice_that_replaces_another_is_not_paid_beside_it(
    session: Session, world: World, fake: FakeProvider, outcome: Outcome | None
) -> None:
    account, invoice = invoiced(session, world)
    client = client_of(fake)
    first = begun(session, invoice, client, key="one")
    if outcome is not None:
        fake.pay(first.provider_session_id or "", outcome)
        arrive(session, fake, fake.store.events(first.provider_session_id)[0])
    issued = corrected(session, world, invoice)
    with pytest.raises(RuleViolation) as refused:
        begun(session, issued, client, key="two")
    expected = CardProblem.PENDING if outcome else CardProblem.OTHER_SESSION
    assert refused.value.code is expected
    if outcome is not None:
        fake.confirm(first.provider_session_id or "", succeeds=True)
        arrive(session, fake, fake.store.events(first.provider_session_id)[1])
        own = balance_of(session, account).of(Payer.PARTICIPANT)
        assert (own.open.minor, own.credit.minor) == (0, 0)
        return
    assert session_to_end(session, issued, now=NOW) is first
    ended = client.expire_session(first.provider_session_id or "")
    take_fetched(session, first, ended, now=NOW)
    second = begun(session, issued, client, key="two")
    assert (second.invoice_id, second.amount) == (issued.id, first.amount)
    assert session.scalars(select(CardSession.state)).all() == ["expired", "open"]


def test_the_job_locks_an_account_before_its_session(
    session: Session, world: World, fake: FakeProvider, database: RolledBack
) -> None:
    """The webhook does: the other way round, both would wait for each other."""
    _, invoice = invoiced(session, world)
    begun(session, invoice, client_of(fake))
    seen: list[str] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def see(*call: Any) -> None:
        seen.append(call[2])

    task = Task(id=1, payload={}, database=database, now=NOW + timedelta(minutes=5))
    check_card_payments(task, client_of(fake), CIPHER)
    event.remove(Engine, "before_cursor_execute", see)
    changed = next(i for i, text in enumerate(seen) if text.startswith("UPDATE card_sessions"))
    assert any("FROM fee_accounts" in text for text in seen[:changed])
