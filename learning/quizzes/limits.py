"""Rate limits of quizzes."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)

START = Limit(name="quiz attempt", each=(Rate(20, HOUR),))
ANSWERS = Limit(name="quiz answers", each=(Rate(200, QUARTER), Rate(2000, DAY)))
"""Each answer is stored for good; somebody who types and changes sends one every few seconds."""
