"""Rate limits of admissions: requests of applicants, sponsors and staff that send e-mails."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

MINUTE, QUARTER, HOUR, DAY = (
    timedelta(minutes=1),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(days=1),
)

SUBMIT = Limit(name="submit", each=(Rate(5, 5 * MINUTE),))
SEAT = Limit(name="seat", each=(Rate(5, 5 * MINUTE),))
LEAVE = Limit(name="leave", each=(Rate(5, 5 * MINUTE),))
"""What one applicant does."""

INVITE_SPONSOR = Limit(
    name="ask sponsor", each=(Rate(5, HOUR), Rate(10, DAY)), network=(Rate(60, DAY),)
)
"""E-mails to institutions, by one applicant."""

SPONSOR_INVITED = Limit(name="asked sponsor", each=(Rate(10, HOUR), Rate(30, DAY)))
"""E-mails to one institution, from everybody together."""

NOMINATE = Limit(name="nominate", each=(Rate(10, HOUR), Rate(20, DAY)))
"""E-mails to nominees, by one link."""

NOMINATE_FOR = Limit(name="nominate for", each=(Rate(20, HOUR), Rate(40, DAY)))
"""E-mails to nominees, by all links that one applicant has had sent."""

NOMINATED = Limit(name="nominated", each=(Rate(5, HOUR), Rate(10, DAY)))
"""E-mails to one nominee, from everybody together."""

SPONSOR_LETTER = Limit(name="sponsor letter", each=(Rate(5, QUARTER),))
"""Files that are sent by one link."""

SPONSOR_LINK = Limit(name="sponsor link", network=(Rate(60, QUARTER),))
"""Links of sponsors that open nothing."""

DECIDE = Limit(name="decide", each=(Rate(5, 5 * MINUTE),))
"""What staff do to one person."""

BULK = Limit(name="bulk", each=(Rate(5, MINUTE),))
OFFERS = Limit(name="offers", each=(Rate(5, MINUTE),))
"""What one member of staff does to many."""
