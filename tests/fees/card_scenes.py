"""A card provider for tests: our client over the fake provider, without a network between them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.card_providers.interface import NewSession
from learning.card_providers.signatures import signature_header
from learning.card_providers.stripe import StripeProvider
from learning.fake_card_provider.provider import (
    PATH,
    SECRET_KEY,
    WEBHOOK_SECRET,
    FakeProvider,
    Outcome,
)
from learning.fake_card_provider.store import (
    FakeEvent,
    FakeProviderError,
    FakeStore,
    Object,
    as_sent,
)
from learning.fees.card_models import CardSession, StoredEvent
from learning.fees.commands.card_events import Arrival, receive_event, take_fetched
from learning.fees.commands.card_sessions import NewCardSession, begin_session
from learning.fees.commands.invoicing import issue_invoices
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.queries.accounts import latest_agreement_of
from tests.admissions.factories import NOW
from tests.fees import scenes
from tests.world import World

ADDRESS = "http://provider.test"
Send = Callable[[Request], tuple[int, bytes]]


def fake_at(path: Path, now: datetime = NOW) -> FakeProvider:
    """Return a fake provider with a clock that stands."""
    return FakeProvider(store=FakeStore(path), address=ADDRESS, clock=now.timestamp)


def client_of(fake: FakeProvider) -> StripeProvider:
    """Return our client of a fake provider."""
    return StripeProvider(
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
        address=f"{ADDRESS}{PATH}",
        name="fake",
        send=transport(fake),
    )


def transport(fake: FakeProvider) -> Send:
    """Return what answers requests as the API of the fake provider does."""

    def send(request: Request) -> tuple[int, bytes]:
        assert request.get_header("Authorization") == f"Bearer {SECRET_KEY}"
        parts = urlsplit(request.full_url).path.removeprefix(f"{PATH}/v1/").split("/")
        form = dict(parse_qsl((request.data or b"").decode()))
        key = request.get_header("Idempotency-key", "")
        try:
            found = answer(fake, parts, form, key)
        except FakeProviderError as error:
            return error.status, json.dumps({"error": {"code": error.code}}).encode()
        return 200, json.dumps(as_sent(found, expanded=request.data is None)).encode()

    return send


def answer(fake: FakeProvider, parts: list[str], form: dict[str, str], key: str) -> Object:
    match parts:
        case ["checkout", "sessions"]:
            return fake.create_session(form, key)
        case ["checkout", "sessions", session_id]:
            return fake.fetch_session(session_id)
        case ["checkout", "sessions", session_id, "expire"]:
            return fake.expire_session(session_id)
        case ["refunds"]:
            return fake.create_refund(form, key)
        case ["refunds", refund_id]:
            return fake.store.get(refund_id)
    raise AssertionError(parts)


def invoiced(session: Session, world: World, **columns: object) -> tuple[FeeAccount, Invoice]:
    """Return an account with its invoice, which is posted."""
    account = scenes.an_account(session, world, **columns)  # type: ignore[arg-type]
    issued = issue_invoices(session, account, latest_agreement_of(session, account), now=NOW)
    session.commit()
    return account, next(each for each in issued if each.payer is Payer.PARTICIPANT)


def begun(
    session: Session, invoice: Invoice, client: StripeProvider, key: str = "key"
) -> CardSession:
    """Return a card session whose checkout is open at the provider."""
    new = NewCardSession(
        provider=client.name, livemode=False, language="fr", request_key=key, by=None, now=NOW
    )
    row = begin_session(session, invoice, new)
    if row.provider_session_id is None:
        query = NewSession(
            reference=row.uid,
            amount=row.amount,
            title=invoice.number,
            language="fr",
            return_url=f"{ADDRESS}/back",
            expires_at=row.expires_at,
        )
        take_fetched(session, row, client.create_session(query), now=NOW)
    session.commit()
    return row


def paid(session: Session, world: World, fake: FakeProvider) -> CardSession:
    """Return a card session that was paid, with its event received."""
    _, invoice = invoiced(session, world)
    row = begun(session, invoice, client_of(fake))
    fake.pay(row.provider_session_id, Outcome.PAID)
    for event in fake.store.events(row.provider_session_id):
        arrive(session, fake, event)
    session.commit()
    return row


def arrive(session: Session, fake: FakeProvider, event: FakeEvent) -> StoredEvent | None:
    """Let an event arrive, as the webhook takes it; None if it was there before."""
    client, at = client_of(fake), datetime.fromtimestamp(fake.clock(), UTC)
    read = client.parse_event(event.body, signed(event.body, at), now=at)
    return receive_event(session, read, Arrival(provider=client.name, now=at))


def signed(body: bytes, at: datetime = NOW, secret: str = WEBHOOK_SECRET) -> str:
    return signature_header(secret, body, at)


def stored(session: Session) -> list[StoredEvent]:
    return list(session.scalars(select(StoredEvent).order_by(StoredEvent.id)))
