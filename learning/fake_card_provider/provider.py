"""What the fake provider does: opens checkouts, takes payments, refunds, and tells of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from learning.fake_card_provider.store import FakeProviderError, FakeStore, Object, new_id

SECRET_KEY = "sk_test_fake_card_provider"  # noqa: S105 it opens nothing but the fake
WEBHOOK_SECRET = "whsec_fake_card_provider"  # noqa: S105 see above
PATH = "/fake-card-provider"
COMPLETED, EXPIRED = "checkout.session.completed", "checkout.session.expired"
ASYNC = {
    True: "checkout.session.async_payment_succeeded",
    False: "checkout.session.async_payment_failed",
}


class Outcome(StrEnum):
    """How the payer's bank takes a payment."""

    PAID = "paid"
    LATER = "later"  # the bank confirms it afterwards, as with a direct debit
    DECLINED = "declined"  # the payer stays on the page and may try another card


@dataclass(frozen=True, kw_only=True)
class FakeProvider:
    """The fake provider over its store. `clock` returns the time, `address` is where it stands."""

    store: FakeStore
    address: str
    clock: Callable[[], float] = time.time

    def now(self) -> int:
        return int(self.clock())

    def create_session(self, form: Mapping[str, str], key: str) -> Object:
        """Open a checkout, as POST /v1/checkout/sessions does."""
        price = "line_items[0][price_data]"
        try:
            amount = int(form[f"{price}[unit_amount]"])
            currency, title = form[f"{price}[currency]"], form[f"{price}[product_data][name]"]
            expires_at, language = int(form["expires_at"]), form["locale"]
        except (KeyError, ValueError) as error:
            raise FakeProviderError("parameter_missing") from error
        if amount <= 0 or expires_at <= self.now():
            raise FakeProviderError("parameter_invalid")

        def make() -> Object:
            session_id = new_id("cs_test")
            return {
                "id": session_id,
                "object": "checkout.session",
                "status": "open",
                "payment_status": "unpaid",
                "amount_total": amount,
                "currency": currency,
                "livemode": False,
                "client_reference_id": form.get("client_reference_id"),
                "payment_intent": None,
                "url": f"{self.address}/{language}{PATH}/checkout/{session_id}",
                "expires_at": expires_at,
                "success_url": form.get("success_url", ""),
                "title": title,
                "refused": 0,
            }

        return self.store.once(key, form, make)

    def fetch_session(self, session_id: str) -> Object:
        """Return a session, expired if its time is over, with its payment expanded."""
        found = self.store.get(session_id)
        if found.get("status") == "open" and found["expires_at"] <= self.now():
            found = self.expire_session(session_id)
        return found

    def expire_session(self, session_id: str) -> Object:
        """Close a session that nobody has paid; refuse if it is not open."""

        def close(found: Object) -> Sequence[str]:
            if found.get("status") != "open":
                raise FakeProviderError("resource_already_ended")
            found.update(status="expired", url=None)
            return [EXPIRED]

        return self.store.change(session_id, close, self.now())

    def pay(self, session_id: str, outcome: Outcome) -> Object:
        """Take a payment of a session; a second one is refused."""

        def take(found: Object) -> Sequence[str]:
            if found.get("status") != "open" or found["expires_at"] <= self.now():
                raise FakeProviderError("resource_already_ended")
            if outcome is Outcome.DECLINED:
                found["refused"] += 1
                return []
            is_paid = outcome is Outcome.PAID
            found.update(
                status="complete",
                url=None,
                payment_status="paid" if is_paid else "unpaid",
                payment_intent={
                    "id": new_id("pi_test"),
                    "status": "succeeded" if is_paid else "processing",
                },
            )
            return [COMPLETED]

        return self.store.change(session_id, take, self.now())

    def confirm(self, session_id: str, *, succeeds: bool) -> Object:
        """Let the bank confirm or refuse a payment that it wanted to think about."""

        def decide(found: Object) -> Sequence[str]:
            intent = found.get("payment_intent")
            if not isinstance(intent, dict) or intent.get("status") != "processing":
                raise FakeProviderError("resource_already_ended")
            intent["status"] = "succeeded" if succeeds else "requires_payment_method"
            found["payment_status"] = "paid" if succeeds else "unpaid"
            return [ASYNC[succeeds]]

        return self.store.change(session_id, decide, self.now())

    def create_refund(self, form: Mapping[str, str], key: str) -> Object:
        """Refund a payment, never more than is left of it, as POST /v1/refunds does."""
        payment_id, amount = form.get("payment_intent", ""), int(form.get("amount", "0"))
        paid = self._session_of(payment_id)
        refunds = [r for r in self.store.objects("refund") if r["payment_intent"] == payment_id]
        left = paid["amount_total"] - sum(
            each["amount"]
            for each in refunds
            if each["status"] != "failed" and each["metadata"] != _metadata(form)
        )
        if not 0 < amount <= left:
            raise FakeProviderError("charge_already_refunded")

        def make() -> Object:
            return {
                "id": new_id("re_test"),
                "object": "refund",
                "status": "pending",
                "amount": amount,
                "currency": paid["currency"],
                "payment_intent": payment_id,
                "metadata": _metadata(form),
                "failure_reason": None,
                "created": self.now(),
            }

        made = self.store.once(key, form, make)
        if not self.store.events(made["id"]):
            self.store.add_event(made, "refund.created", self.now())
        return made

    def end_refund(self, refund_id: str, *, failure: str = "") -> Object:
        """Let a refund succeed, or fail with a reason."""

        def end(found: Object) -> Sequence[str]:
            if found["status"] == "failed" or (found["status"] == "succeeded" and not failure):
                raise FakeProviderError("resource_already_ended")
            found["status"] = "failed" if failure else "succeeded"
            found["failure_reason"] = failure or None
            return ["refund.failed" if failure else "refund.updated"]

        return self.store.change(refund_id, end, self.now())

    def refunds_of(self, session_id: str) -> list[Object]:
        """Return the refunds of the payment of a session."""
        payment = _payment_id(self.store.get(session_id))
        found = [r for r in self.store.objects("refund") if r["payment_intent"] == payment]
        return sorted(found, key=lambda each: each["created"])

    def _session_of(self, payment_id: str) -> Object:
        for each in self.store.objects("checkout.session"):
            if payment_id and _payment_id(each) == payment_id and each["payment_status"] == "paid":
                return each
        raise FakeProviderError("resource_missing", 404)


def _payment_id(found: Object) -> str:
    intent = found.get("payment_intent")
    return str(intent["id"]) if isinstance(intent, dict) else ""


def _metadata(form: Mapping[str, str]) -> Object:
    return {"reference": form.get("metadata[reference]", "")}
