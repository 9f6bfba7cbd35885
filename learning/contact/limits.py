"""Rate limits of contact."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

CONTACT = Limit(
    name="contact message",
    each=(Rate(5, HOUR), Rate(10, DAY)),
    network=(Rate(30, HOUR), Rate(60, DAY)),
)
"""Messages under one address; each sends a receipt to it, also if somebody else typed it."""
