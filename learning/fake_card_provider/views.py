"""The API of the fake provider, the page on which a visitor “pays”, and what it tells of it.

Nothing here is served unless the setting `fake_card_provider` is on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.fake_card_provider.deliveries import deliver, deliver_in_background
from learning.fake_card_provider.provider import PATH, SECRET_KEY, FakeProvider, Outcome
from learning.fake_card_provider.store import FakeEvent, FakeProviderError, Object, as_sent
from learning.kit.headers import never_store
from learning.kit.money import Money
from learning.kit.pages import Page, render_page

api = GuardedBlueprint("fake_card_api", __name__, url_prefix=f"{PATH}/v1", for_machines=True)
bp = GuardedBlueprint("fake_card", __name__, url_prefix=PATH)
BLUEPRINTS = (api, bp)
AT_ONCE, TWICE, NEVER = "once", "twice", "never"


@dataclass(frozen=True, kw_only=True)
class CheckoutPage(Page):
    """What a payer sees: the amount, and how their bank is to take it."""

    template: ClassVar[str] = "fake_card_provider/checkout.html"

    checkout: Object
    amount: Money
    is_open: bool
    was_declined: bool


@dataclass(frozen=True, kw_only=True)
class ControlPage(Page):
    """The events of a payment, each to be sent as often and in the order that one likes."""

    template: ClassVar[str] = "fake_card_provider/control.html"

    checkout: Object
    amount: Money
    events: Sequence[FakeEvent]
    is_processing: bool
    refunds: Sequence[tuple[Object, Money, Sequence[FakeEvent]]]


def fake_provider() -> FakeProvider:
    return cast("FakeProvider", current_app.extensions["fake_card_provider"])


@api.post("/checkout/sessions", needs=Permission.OPEN_TO_ALL)
def create_session() -> ResponseReturnValue:
    _check_key()
    return _answer(lambda: fake_provider().create_session(request.form.to_dict(), _key()))


@api.get("/checkout/sessions/<session_id>", needs=Permission.OPEN_TO_ALL)
def fetch_session(session_id: str) -> ResponseReturnValue:
    _check_key()
    return _answer(lambda: fake_provider().fetch_session(session_id), expanded=True)


@api.post("/checkout/sessions/<session_id>/expire", needs=Permission.OPEN_TO_ALL)
def expire_session(session_id: str) -> ResponseReturnValue:
    _check_key()
    return _answer(lambda: fake_provider().expire_session(session_id))


@api.post("/refunds", needs=Permission.OPEN_TO_ALL)
def create_refund() -> ResponseReturnValue:
    _check_key()
    return _answer(lambda: fake_provider().create_refund(request.form.to_dict(), _key()))


@api.get("/refunds/<refund_id>", needs=Permission.OPEN_TO_ALL)
def fetch_refund(refund_id: str) -> ResponseReturnValue:
    _check_key()
    return _answer(lambda: fake_provider().store.get(refund_id))


@bp.get("/checkout/<session_id>", needs=Permission.OPEN_TO_ALL)
def show_checkout(session_id: str) -> ResponseReturnValue:
    checkout = _checkout(session_id)
    return render_page(
        CheckoutPage(
            checkout=checkout,
            amount=_amount(checkout, "amount_total"),
            is_open=checkout["status"] == "open",
            was_declined=checkout["refused"] > 0,
        )
    )


@bp.post("/checkout/<session_id>", needs=Permission.OPEN_TO_ALL)
def pay(session_id: str) -> ResponseReturnValue:
    """“Pay”, tell of it as was chosen, and go back to where the payer came from."""
    provider, checkout = fake_provider(), _checkout(session_id)
    outcome = request.form.get("outcome", Outcome.PAID)
    if outcome not in set(Outcome):
        abort(400)
    try:
        provider.pay(session_id, Outcome(outcome))
    except FakeProviderError:
        return redirect(url_for(".show_checkout", session_id=session_id), 303)
    if outcome == Outcome.DECLINED:
        return redirect(url_for(".show_checkout", session_id=session_id), 303)
    _tell(provider, session_id, request.form.get("events", AT_ONCE))
    return redirect(checkout["success_url"], 303)


@bp.get("/checkout/<session_id>/events", needs=Permission.OPEN_TO_ALL)
def show_control(session_id: str) -> ResponseReturnValue:
    checkout, provider = _checkout(session_id), fake_provider()
    intent = checkout["payment_intent"]
    refunds = provider.refunds_of(session_id)
    return render_page(
        ControlPage(
            checkout=checkout,
            amount=_amount(checkout, "amount_total"),
            events=provider.store.events(session_id),
            is_processing=isinstance(intent, dict) and intent["status"] == "processing",
            refunds=[
                (each, _amount(each, "amount"), provider.store.events(each["id"]))
                for each in refunds
            ],
        )
    )


@bp.post("/checkout/<session_id>/events", needs=Permission.OPEN_TO_ALL)
def control(session_id: str) -> ResponseReturnValue:
    """Do one thing: send an event, let the bank decide, end a refund."""
    provider, _ = fake_provider(), _checkout(session_id)
    what, _, which = request.form.get("act", "").partition(" ")
    try:
        if what == "send":
            for event in [each for each in provider.store.events() if each.id == which]:
                deliver(provider, event)
        elif what in {"confirm", "refuse"}:
            provider.confirm(session_id, succeeds=what == "confirm")
        elif what in {"succeed", "fail"}:
            failure = "expired_or_canceled_card" if what == "fail" else ""
            provider.end_refund(which, failure=failure)
    except FakeProviderError:
        pass  # it has ended meanwhile: the page shows it
    return redirect(url_for(".show_control", session_id=session_id), 303)


def _tell(provider: FakeProvider, session_id: str, how: str) -> None:
    events = provider.store.events(session_id)
    copies = {AT_ONCE: 1, TWICE: 2}.get(how, 0)
    deliver_in_background(provider, events * copies)


def _checkout(session_id: str) -> Object:
    never_store()
    try:
        found = fake_provider().fetch_session(session_id)
    except FakeProviderError as error:
        raise NotFound from error
    return found if found["object"] == "checkout.session" else abort(404)


def _amount(found: Object, name: str) -> Money:
    return Money(found[name], str(found["currency"]).upper())


def _check_key() -> None:
    if request.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
        abort(401)


def _key() -> str:
    return request.headers.get("Idempotency-Key") or abort(400)


def _answer(ask: Callable[[], Object], *, expanded: bool = False) -> ResponseReturnValue:
    never_store()
    try:
        return as_sent(ask(), expanded=expanded)
    except FakeProviderError as error:
        return {"error": {"type": "invalid_request_error", "code": error.code}}, error.status
