"""Rate limits of the exchange of questions."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

PERIOD = timedelta(minutes=5)

EXPORT = Limit(name="question export", each=(Rate(30, PERIOD),))
CONVERT = Limit(name="question conversion", each=(Rate(30, PERIOD),))
"""Reading three large files takes a second."""
