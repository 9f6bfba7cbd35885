"""The part of the wiring for card payments: which provider this installation has."""

from learning.card_providers.interface import CardProvider
from learning.card_providers.stripe import StripeProvider
from learning.fake_card_provider import provider as fake
from learning.settings import Settings


def card_provider(settings: Settings) -> CardProvider | None:
    """Return the provider of card payments, None if nobody pays by card."""
    if settings.fake_card_provider:
        return StripeProvider(
            secret_key=fake.SECRET_KEY,
            webhook_secret=fake.WEBHOOK_SECRET,
            address=f"{settings.address}{fake.PATH}",
            name="fake",
        )
    if not settings.card_secret_key:
        return None
    return StripeProvider(
        secret_key=settings.card_secret_key,
        webhook_secret=settings.card_webhook_secret,
        address=settings.card_address,
    )
