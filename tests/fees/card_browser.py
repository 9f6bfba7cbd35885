"""What tests of the pages of card payments do in a browser, or as the provider does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.admissions.models import Application
from learning.card_providers.signatures import signature_header
from learning.fake_card_provider.provider import WEBHOOK_SECRET, FakeProvider
from learning.fees.card_models import CardSession
from learning.fees.invoice_models import Invoice
from learning.fees.payment_models import Payment, PaymentMethod
from tests.fees.card_scenes import client_of, fake_at, invoiced
from tests.fees.test_own_fee_pages import path_of
from tests.world import World

HOOK = "/card-payments/webhook"


@contextmanager
def provider_in(app: Flask, folder: Path) -> Iterator[FakeProvider]:
    """Give the application a provider, with the clock of today."""
    made = fake_at(folder / "provider.sqlite", datetime.now(UTC))
    before = app.extensions["card_provider"]
    app.extensions["card_provider"] = client_of(made)
    yield made
    app.extensions["card_provider"] = before


def a_place(session: Session, world: World) -> tuple[Application, Invoice]:
    """Return an accepted application with its invoice."""
    _, invoice = invoiced(session, world)
    return session.scalars(select(Application)).one(), invoice


def key_of(page: str) -> str:
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert found
    return found[1]


def begin(client: FlaskClient, application: Application, invoice: Invoice) -> str:
    """Press the button of the fee page; return the address of the payment."""
    shown = client.get(path_of(application)).text
    data = {"idempotency_key": key_of(shown)}
    answer = client.post(path_of(application, f"card/{invoice.uid}"), data=data)
    assert answer.status_code == 303, answer.text
    return answer.location


def cards(session: Session) -> int:
    by_card = select(func.count()).select_from(Payment)
    return session.scalar(by_card.where(Payment.method == PaymentMethod.CARD)) or 0


def the_session(session: Session) -> CardSession:
    found = session.scalars(select(CardSession)).one()
    session.refresh(found)
    return found


def post_event(client: FlaskClient, body: bytes, at: datetime | None = None, **more: str):
    header = signature_header(WEBHOOK_SECRET, body, at or datetime.now(UTC))
    headers = {"Stripe-Signature": header} | more
    return client.post(HOOK, data=body, headers=headers, content_type="application/json")
