"""What the platform asks of a provider of card payments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from learning.card_providers.messages import CheckoutSession, ProviderEvent, ProviderRefund
from learning.kit.money import Money


class ProviderProblem(StrEnum):
    """Why a provider has not done what it was query."""

    UNREACHABLE = "unreachable"  # no answer, or one of its own faults: try again
    REFUSED = "refused"  # it understood and says no: the same again will not help
    UNREADABLE = "unreadable"  # it answered in another shape


class ProviderError(Exception):
    """A request to the provider that has failed; `code` is what the provider calls it."""

    def __init__(self, problem: ProviderProblem, code: str = "") -> None:
        super().__init__(f"{problem.value} {code}".strip())
        self.problem, self.code = problem, code


@dataclass(frozen=True, kw_only=True)
class NewSession:
    """A checkout to open. The same `reference` again returns the first session.

    `title` is what the payer reads, `language` that of the provider's page; the payer comes back
    to `return_url`, whether they have paid or not. It ends at `expires_at`.
    """

    reference: str
    amount: Money
    title: str
    language: str
    return_url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class NewProviderRefund:
    """A refund to the card that paid. The same `reference` again returns the first refund."""

    reference: str
    payment_id: str
    amount: Money


class CardProvider(Protocol):
    """A provider of card payments. Every method may raise ProviderError, `parse_event` others."""

    @property
    def name(self) -> str: ...

    @property
    def livemode(self) -> bool: ...

    def create_session(self, new: NewSession) -> CheckoutSession: ...

    def fetch_session(self, session_id: str) -> CheckoutSession: ...

    def expire_session(self, session_id: str) -> CheckoutSession: ...

    def refund(self, new: NewProviderRefund) -> ProviderRefund: ...

    def fetch_refund(self, refund_id: str) -> ProviderRefund: ...

    def parse_event(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """Return a signed event; raise SignatureError or MessageError."""


@dataclass(frozen=True, kw_only=True)
class ProviderRequest:
    """A request to the API of a provider; a POST if there is an idempotency key."""

    path: str
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    idempotency_key: str = ""
