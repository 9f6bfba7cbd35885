"""Pages of accounts: signing in, registration, profile, security."""

from learning.accounts.views import (
    profile,
    registration,
    security,
    sent_emails,
    sessions,
    sign_in_again,
    too_busy,
)
from learning.accounts.views.blueprint import bp

__all__ = [
    "bp",
    "profile",
    "registration",
    "security",
    "sent_emails",
    "sessions",
    "sign_in_again",
    "too_busy",
]
