"""Pages of accounts: signing in, joining, one's profile, one's security."""

from learning.accounts.views import joining, profile, security, signing_in
from learning.accounts.views.room import room

__all__ = ["joining", "profile", "room", "security", "signing_in"]
