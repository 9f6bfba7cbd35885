"""The webhook as a provider sees it, and what finance sees of what it did not take."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.card_providers.signatures import signature_header
from learning.fake_card_provider.provider import WEBHOOK_SECRET, FakeProvider, Outcome
from learning.fees.card_models import StoredEvent
from learning.fees.invoice_models import Invoice
from learning.fees.pages.card import webhook
from tests.admissions.test_own_applications import browser_of
from tests.fees.card_browser import (
    HOOK,
    a_place,
    begin,
    cards,
    key_of,
    post_event,
    provider_in,
    the_session,
)
from tests.world import World, sign_in


@pytest.fixture
def fake(app: Flask, tmp_path: Path) -> Iterator[FakeProvider]:
    with provider_in(app, tmp_path) as made:
        yield made


@pytest.fixture
def place(session: Session, world: World) -> tuple[Application, Invoice]:
    return a_place(session, world)


@pytest.fixture
def event(app: Flask, session: Session, place, fake: FakeProvider) -> bytes:
    """The event of a checkout that was paid."""
    application, invoice = place
    begin(browser_of(app, session, application), application, invoice)
    row = the_session(session)
    fake.pay(row.provider_session_id or "", Outcome.PAID)
    return fake.store.events(row.provider_session_id)[0].body


def test_an_event_is_taken_once(app: Flask, session: Session, event: bytes) -> None:
    """It comes from elsewhere, without a session: no cookie, another origin."""
    machine = app.test_client()
    elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    first = post_event(machine, event, **elsewhere)
    assert (first.status_code, first.json) == (200, {"received": True, "stored": True})
    assert "Set-Cookie" not in first.headers
    assert post_event(machine, event).json == {"received": True, "stored": False}
    assert cards(session) == 1


def test_what_is_not_signed_now_with_our_secret_is_refused(
    visitor: FlaskClient, session: Session, event: bytes
) -> None:
    now = datetime.now(UTC)
    old = now - timedelta(seconds=310)
    other = signature_header("whsec_other", event, now)
    refused = [
        post_event(visitor, event, old),
        post_event(visitor, event, **{"Stripe-Signature": other}),
        visitor.post(HOOK, data=event),
        post_event(visitor, b"no json"),
        post_event(visitor, b"[]"),
    ]
    assert [each.status_code for each in refused] == [400] * 5
    right = signature_header(WEBHOOK_SECRET, event, now)
    changed = event.replace(b"98000", b"00980")
    assert post_event(visitor, changed, **{"Stripe-Signature": right}).status_code == 400
    assert (session.scalars(select(StoredEvent)).all(), cards(session)) == ([], 0)


def test_what_is_too_large_is_not_read(visitor: FlaskClient, event: bytes) -> None:
    padded = event + b" " * (webhook.MAX_BODY - len(event))
    assert post_event(visitor, padded + b" ").status_code == 413
    assert post_event(visitor, padded).status_code == 200


def test_a_fault_here_stores_nothing_and_is_sent_again(
    app: Flask, session: Session, event: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise OSError("no disk")

    app.testing = False
    machine = app.test_client()
    try:
        with monkeypatch.context() as patch:
            patch.setattr("learning.fees.commands.card_events.apply_checkout", fail)
            assert post_event(machine, event).status_code == 500
        assert session.scalars(select(StoredEvent)).all() == []
        assert post_event(machine, event).status_code == 200
    finally:
        app.testing = True
    assert cards(session) == 1


def test_finance_looks_at_what_was_quarantined(
    app: Flask, session: Session, world: World, event: bytes
) -> None:
    wrong = event.replace(b'"amount_total": 98000', b'"amount_total": 98001')
    assert post_event(app.test_client(), wrong).status_code == 200
    assert cards(session) == 0
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    stored = session.scalars(select(StoredEvent)).one()
    listed = finance.get("/fr/staff/money/card-events/").text
    assert "Le montant n’est pas celui qui était demandé" in listed
    address = f"/fr/staff/money/card-events/{stored.uid}"
    page = finance.get(address).text
    assert "980.01 EUR" in page
    data = {"idempotency_key": key_of(page), "version": "0", "note": ""}
    assert finance.post(address, data=data).status_code == 422
    done = data | {"note": "Vérifié chez le prestataire."}
    assert finance.post(address, data=done | {"version": "7"}).status_code == 409
    assert finance.post(address, data=done).status_code == 303
    assert "Vérifié chez le prestataire." in finance.get(address).text
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    assert "idempotency_key" not in auditor.get(address).text
    assert auditor.post(address, data=done).status_code == 404
