"""Rate limits of mail."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

UNSUBSCRIBE = Limit(name="unsubscribe", network=(Rate(60, timedelta(minutes=15)),))
"""Links to decline e-mails that nobody has."""
