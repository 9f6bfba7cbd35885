"""How the fake provider tells what has happened: signed, over HTTP, as often as it is asked to."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from learning.card_providers.signatures import signature_header
from learning.fake_card_provider.provider import WEBHOOK_SECRET, FakeProvider
from learning.fake_card_provider.store import FakeEvent

WEBHOOK = "/card-payments/webhook"
SIGNATURE = "Stripe-Signature"
TIMEOUT = 20.0  # seconds
NO_ANSWER = 0


def deliver(provider: FakeProvider, event: FakeEvent) -> int:
    """Send an event once; return the status of the answer, NO_ANSWER without one."""
    at = datetime.fromtimestamp(provider.clock(), UTC)
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: signature_header(WEBHOOK_SECRET, event.body, at),
    }
    request = Request(provider.address + WEBHOOK, data=event.body, headers=headers)  # noqa: S310 our own server
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 our own server
            status = int(answer.status)
    except HTTPError as error:
        status = error.code
    except (URLError, OSError):
        status = NO_ANSWER
    provider.store.count_delivery(event.id)
    return status


def deliver_in_background(provider: FakeProvider, events: Sequence[FakeEvent]) -> None:
    """Send events at once, each from a thread of its own: they race each other, and the payer."""
    for event in events:
        threading.Thread(target=deliver, args=[provider, event], daemon=True).start()
