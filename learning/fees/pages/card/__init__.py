"""Paying by card: the way to the provider's checkout and back, and its webhook."""

from learning.fees.pages.card.payment import bp
from learning.fees.pages.card.webhook import bp as webhook_bp

BLUEPRINTS = (bp, webhook_bp)
