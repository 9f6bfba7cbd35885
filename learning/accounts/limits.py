"""Rate limits of accounts: signing in, secrets, e-mails that anybody can cause."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
PER_NETWORK = Rate(60, QUARTER)

SIGN_IN = Limit(name="sign-in", each=(Rate(5, QUARTER), Rate(50, DAY)), network=(PER_NETWORK,))
"""Wrong passwords for one address, from devices that never signed in to its account."""

KNOWN_DEVICE = Limit(name="sign-in on a known device", each=(Rate(10, QUARTER), Rate(100, DAY)))
"""Wrong passwords and codes on one device that signed in before; strangers cannot use it up."""

CODE = Limit(name="code", each=(Rate(5, QUARTER), Rate(20, DAY)), network=(PER_NETWORK,))
"""Wrong codes for one account, at sign-in and when the second factor is switched on."""

CONFIRM = Limit(name="confirm", each=(Rate(5, QUARTER), Rate(50, DAY)))
"""Wrong passwords where a signed-in device asks once more, for each sign-in."""

SECURITY = Limit(name="security", each=(Rate(5, QUARTER), Rate(30, DAY)))
"""What one person changes of their own security."""

ENABLE_TWO_FACTOR = Limit(name="enable two-factor", each=(Rate(5, timedelta(minutes=5)),))
"""Codes of a new second factor, by one person."""

SIGN_UP = Limit(name="sign-up", each=(Rate(5, HOUR), Rate(10, DAY)), network=(Rate(60, HOUR),))
"""Confirmations of one address that somebody signs up with."""

RESET = Limit(name="reset", each=(Rate(5, HOUR), Rate(10, DAY)), network=(Rate(60, HOUR),))
"""Links for a new password, to one address."""

EMAIL_CHANGE = Limit(name="new address", each=(Rate(5, HOUR), Rate(10, DAY)))
"""Confirmations of new addresses that one person asks for."""

LINK = Limit(name="link", network=(PER_NETWORK,))
"""Links of e-mails that open nothing."""
