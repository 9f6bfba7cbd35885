"""Rate limits of administration: e-mails that staff cause."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

INVITE = Limit(name="invite", each=(Rate(5, timedelta(hours=1)),))
"""Invitations that staff send to one address."""

RESET_SECOND_STEP = Limit(name="reset second step", each=(Rate(5, timedelta(hours=1)),))
"""How often staff switch off the second step of one person."""
