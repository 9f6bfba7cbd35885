"""Rate limits of the gradebook."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

RECOMPUTE = Limit(name="count cohort again", each=(Rate(5, timedelta(minutes=5)),))
"""By edition: a cohort of thousands takes the worker some minutes."""
