"""Rate limits of administration: e-mails that staff cause."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

INVITE = Limit(name="invite", each=(Rate(5, timedelta(hours=1)),))
"""Invitations that staff send to one address."""

RESET_TWO_FACTOR = Limit(name="reset two-factor", each=(Rate(5, timedelta(hours=1)),))
"""How often staff switch off the second factor of one person."""

CORRECT_ACCOUNT = Limit(name="correct account", each=(Rate(10, timedelta(hours=1)),))
"""Corrections of one account by staff; each sends e-mails."""
