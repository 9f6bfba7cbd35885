"""A provider whose API is shaped like Stripe's: forms are sent, JSON comes back.

It is the real one, or the fake one of the demonstration, by the address alone. The version of the
API is fixed, so that Stripe's answers keep their shape. Redirects are not followed: the secret key
goes to the one address that was set.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from learning.card_providers.interface import (
    NewProviderRefund,
    NewSession,
    ProviderError,
    ProviderProblem,
    ProviderRequest,
)
from learning.card_providers.messages import (
    CheckoutSession,
    MessageError,
    ProviderEvent,
    ProviderRefund,
    read_event,
    read_json,
    read_refund,
    read_session,
)
from learning.card_providers.signatures import check_signature

API_VERSION = "2024-06-20"
TIMEOUT = 10.0  # seconds
MAX_ANSWER = 1_000_000  # bytes
LIVE_PREFIXES = ("sk_live_", "rk_live_")
FINAL = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.NOT_FOUND})
"""Answers that say no to what was asked: https://docs.stripe.com/api/errors. All others, as for a
key that was replaced or a redirect, say nothing of it: what was asked before may have been done."""
EXPANDED = "expand%5B%5D=payment_intent"
"""With a fetched session comes its payment, which says whether the bank has refused it."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_options: Any) -> None:  # noqa: ANN401 its signature
        return None


@dataclass(frozen=True, kw_only=True)
class StripeProvider:
    """A provider at an address; `send` is replaced in tests, and returns status and body."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    address: str
    name: str = "stripe"
    send: Callable[[Request], tuple[int, bytes]] | None = None

    @property
    def livemode(self) -> bool:
        """Whether money is moved: the key says so."""
        return self.secret_key.startswith(LIVE_PREFIXES)

    def create_session(self, new: NewSession) -> CheckoutSession:
        form = {
            "mode": "payment",
            "client_reference_id": new.reference,
            "metadata[reference]": new.reference,
            "payment_intent_data[metadata][reference]": new.reference,
            "success_url": new.return_url,
            "cancel_url": new.return_url,
            "locale": new.language,
            "expires_at": str(int(new.expires_at.timestamp())),
            "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": new.amount.currency.lower(),
            "line_items[0][price_data][unit_amount]": str(new.amount.minor),
            "line_items[0][price_data][product_data][name]": new.title,
        }
        key = f"session {new.reference}"
        return self._session(
            ProviderRequest(path="/v1/checkout/sessions", form=form, idempotency_key=key)
        )

    def fetch_session(self, session_id: str) -> CheckoutSession:
        path = f"/v1/checkout/sessions/{quote(session_id, safe='')}?{EXPANDED}"
        return self._session(ProviderRequest(path=path))

    def expire_session(self, session_id: str) -> CheckoutSession:
        path = f"/v1/checkout/sessions/{quote(session_id, safe='')}/expire"
        return self._session(ProviderRequest(path=path, idempotency_key=f"expire {session_id}"))

    def refund(self, new: NewProviderRefund) -> ProviderRefund:
        form = {
            "payment_intent": new.payment_id,
            "amount": str(new.amount.minor),
            "metadata[reference]": new.reference,
        }
        key = f"refund {new.reference}"
        return self._refund(ProviderRequest(path="/v1/refunds", form=form, idempotency_key=key))

    def fetch_refund(self, refund_id: str) -> ProviderRefund:
        return self._refund(ProviderRequest(path=f"/v1/refunds/{quote(refund_id, safe='')}"))

    def parse_event(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        check_signature(self.webhook_secret, body, signature, now=now)
        return read_event(body)

    def _session(self, query: ProviderRequest) -> CheckoutSession:
        try:
            return read_session(read_json(self._ask(query)))
        except MessageError as error:
            raise ProviderError(ProviderProblem.UNREADABLE, str(error)) from error

    def _refund(self, query: ProviderRequest) -> ProviderRefund:
        try:
            return read_refund(read_json(self._ask(query)))
        except MessageError as error:
            raise ProviderError(ProviderProblem.UNREADABLE, str(error)) from error

    def _ask(self, query: ProviderRequest) -> bytes:
        """Return the body of the answer; raise ProviderError."""
        headers = {"Authorization": f"Bearer {self.secret_key}", "Stripe-Version": API_VERSION}
        data = None
        if query.idempotency_key:
            data = urlencode(query.form).encode()
            headers["Idempotency-Key"] = query.idempotency_key
        request = Request(self.address + query.path, data=data, headers=headers)  # noqa: S310 set by the operator
        status, body = (self.send or send_request)(request)
        if status == HTTPStatus.OK:
            return body
        if status not in FINAL:
            raise ProviderError(ProviderProblem.UNREACHABLE, str(status))
        raise ProviderError(ProviderProblem.REFUSED, _code(body) or str(status))


def send_request(request: Request) -> tuple[int, bytes]:
    """Send a request; return status and body. Raise ProviderError without an answer."""
    try:
        with _opener().open(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.read(MAX_ANSWER)
    except HTTPError as error:
        with error:
            return error.code, error.read(MAX_ANSWER)
    except (URLError, OSError, HTTPException) as error:
        raise ProviderError(ProviderProblem.UNREACHABLE, type(error).__name__) from error


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirects)


def _code(body: bytes) -> str:
    """Return the provider's code of an error, "" without one."""
    try:
        error = read_json(body).get("error")
    except MessageError:
        return ""
    code = (error.get("code") or error.get("type")) if isinstance(error, dict) else ""
    return code[:100] if isinstance(code, str) else ""
