"""Rate limits of commands of staff on the people of an edition."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

PERIOD = timedelta(minutes=5)

ENROL = Limit(name="enrol", each=(Rate(5, PERIOD),))
WITHDRAW = Limit(name="withdraw enrolment", each=(Rate(5, PERIOD),))
"""What staff do to one person."""

ENROL_LIST = Limit(name="enrol list", each=(Rate(5, PERIOD),))
"""What one member of staff does to many."""
