"""Paying by card as a payer sees it: the button, the checkout, the way back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.commands import sponsorships
from learning.admissions.commands.sponsorships import Contact
from learning.admissions.models import Application
from learning.card_providers.interface import ProviderError, ProviderProblem
from learning.fake_card_provider.provider import FakeProvider, Outcome
from learning.fees.card_models import CardSession, CardSessionState
from learning.fees.commands.invoicing import issue_invoices
from learning.fees.invoice_models import Invoice
from learning.fees.models import Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.accounts import latest_agreement_of
from tests.admissions.factories import NOW, a_draft, a_person
from tests.admissions.test_own_applications import browser_of
from tests.fees.card_browser import (
    a_place,
    begin,
    cards,
    key_of,
    post_event,
    provider_in,
    the_session,
)
from tests.fees.scenes import accepted, the_account
from tests.fees.test_own_fee_pages import path_of, plain
from tests.world import World, sign_in

BUTTON = "Payer 980,00 EUR par carte"


@pytest.fixture
def fake(app: Flask, tmp_path: Path) -> Iterator[FakeProvider]:
    with provider_in(app, tmp_path) as made:
        yield made


@pytest.fixture
def place(session: Session, world: World) -> tuple[Application, Invoice]:
    return a_place(session, world)


def test_without_a_provider_nobody_is_offered_a_card(
    app: Flask, session: Session, place, visitor: FlaskClient
) -> None:
    application, invoice = place
    client = browser_of(app, session, application)
    assert BUTTON not in plain(client.get(path_of(application)).text)
    answer = client.post(
        path_of(application, f"card/{invoice.uid}"), data={"idempotency_key": "x" * 24}
    )
    assert (answer.status_code, session.scalars(select(CardSession)).all()) == (409, [])
    assert "n’est pas possible pour le moment" in answer.text
    assert post_event(visitor, b"{}").status_code == 404


def test_from_the_fee_page_to_the_checkout_and_back(
    app: Flask, session: Session, place, fake: FakeProvider
) -> None:
    """The event is lost: the page to which the payer comes back asks the provider."""
    application, invoice = place
    client = browser_of(app, session, application)
    assert BUTTON in plain(client.get(path_of(application)).text)
    address = begin(client, application, invoice)
    page = client.get(address).text
    row = the_session(session)
    assert f'href="{row.url}"' in page
    assert "980,00 EUR" in plain(page)
    assert begin(client, application, invoice) == address
    fake.pay(row.provider_session_id or "", Outcome.PAID)
    row.checked_at = None
    session.commit()
    assert "Votre paiement est arrivé" in client.get(address).text
    assert client.get(address).status_code == 200
    assert (the_session(session).state, cards(session)) == (CardSessionState.PAID, 1)
    assert BUTTON not in plain(client.get(path_of(application)).text)
    assert "Il ne reste rien à payer" in plain(client.get(path_of(application)).text)


def test_a_double_click_is_one_checkout(
    app: Flask, session: Session, place, fake: FakeProvider
) -> None:
    application, invoice = place
    client = browser_of(app, session, application)
    data = {"idempotency_key": key_of(client.get(path_of(application)).text)}
    target = path_of(application, f"card/{invoice.uid}")
    locations = {client.post(target, data=data).location for _ in range(2)}
    assert len(locations) == len(fake.store.objects("checkout.session")) == 1


def test_an_amount_that_has_changed_ends_the_first_checkout(
    app: Flask, session: Session, place, fake: FakeProvider
) -> None:
    application, invoice = place
    client = browser_of(app, session, application)
    first = begin(client, application, invoice)
    row = the_session(session)
    row.expires_at = datetime.now(UTC) + timedelta(minutes=1)
    session.commit()
    assert begin(client, application, invoice) != first
    states = [each["status"] for each in fake.store.objects("checkout.session")]
    assert sorted(states) == ["expired", "open"]


def test_while_the_bank_confirms_nobody_pays_twice(
    app: Flask, session: Session, place, fake: FakeProvider
) -> None:
    application, invoice = place
    client = browser_of(app, session, application)
    address = begin(client, application, invoice)
    row = the_session(session)
    fake.pay(row.provider_session_id or "", Outcome.LATER)
    row.checked_at = None
    session.commit()
    assert "Votre banque confirme le paiement" in client.get(address).text
    shown = plain(client.get(path_of(application)).text)
    assert "Merci de ne pas payer une seconde fois" in shown
    assert BUTTON not in shown
    fake.confirm(row.provider_session_id or "", succeeds=False)
    for event in fake.store.events(row.provider_session_id):
        assert post_event(client, event.body).status_code == 200
    shown = plain(client.get(path_of(application)).text)
    assert "a refusé le dernier paiement par carte" in shown
    assert BUTTON in shown


@pytest.mark.parametrize("problem", [ProviderProblem.UNREACHABLE, ProviderProblem.REFUSED])
def test_a_provider_that_does_not_answer_is_an_error_in_words(
    app: Flask, session: Session, place, fake: FakeProvider, problem: ProviderProblem
) -> None:
    application, invoice = place
    client = browser_of(app, session, application)
    data = {"idempotency_key": key_of(client.get(path_of(application)).text)}

    def fail(_request: object) -> tuple[int, bytes]:
        raise ProviderError(problem)

    working = app.extensions["card_provider"]
    app.extensions["card_provider"] = replace(working, send=fail)
    answer = client.post(path_of(application, f"card/{invoice.uid}"), data=data)
    assert answer.status_code == 409
    assert "Rien n’a été débité" in answer.text
    assert key_of(answer.text)
    app.extensions["card_provider"] = working
    assert client.get(begin(client, application, invoice)).status_code == 200
    assert len(fake.store.objects("checkout.session")) == 1


@pytest.mark.usefixtures("fake")
def test_nobody_begins_to_pay_the_invoice_of_another_place(
    app: Flask, session: Session, place
) -> None:
    application, invoice = place
    stranger = sign_in(app, session, a_person(session))
    data = {"idempotency_key": "x" * 24}
    target = path_of(application, f"card/{invoice.uid}")
    assert stranger.post(target, data=data).status_code == 404
    own = browser_of(app, session, application)
    assert own.post(path_of(application, "card/nothing"), data=data).status_code == 404
    assert own.get("/fr/card-payments/nothing").status_code == 404
    address = begin(own, application, invoice)
    shown = stranger.get(address).text
    assert "980,00 EUR" in plain(shown)
    assert application.reference not in shown
    assert session.get_one(Person, application.person_id).name not in shown


def test_a_sponsor_pays_by_card_by_its_link(
    session: Session, world: World, visitor: FlaskClient, fake: FakeProvider
) -> None:
    draft = a_draft(session, world, a_person(session), funding="mixed")
    contact = Contact(
        organisation="Ministère", name="Moussa", email="moussa@example.org", language="fr"
    )
    sponsorship = sponsorships.invite_sponsor(session, draft, contact, now=NOW)
    sponsorship.token_hash = sponsorships.token_hash("a-token")
    application = accepted(session, world, sponsor_percent=60)
    application.sponsorship_id = sponsorship.id
    account = the_account(session, application)
    issued = issue_invoices(session, account, latest_agreement_of(session, account), now=NOW)
    session.commit()
    by_payer = {each.payer: each for each in issued}
    page = visitor.get("/fr/sponsor/a-token/fees").text
    assert "Payer 588,00 EUR par carte" in plain(page)
    data = {"idempotency_key": key_of(page)}
    target = "/fr/sponsor/a-token/fees/card/"
    other = by_payer[Payer.PARTICIPANT].uid
    assert visitor.post(target + other, data=data).status_code == 404
    assert visitor.post("/fr/sponsor/b/fees/card/" + other, data=data).status_code == 404
    answer = visitor.post(target + by_payer[Payer.SPONSOR].uid, data=data)
    assert answer.status_code == 303
    assert "588,00 EUR" in plain(visitor.get(answer.location).text)
    row = the_session(session)
    fake.pay(row.provider_session_id or "", Outcome.PAID)
    post_event(visitor, fake.store.events(row.provider_session_id)[0].body)
    payment = session.scalars(select(Payment)).one()
    assert (payment.payer, payment.amount.minor) == (Payer.SPONSOR, 58800)
