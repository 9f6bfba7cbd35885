"""Rate limits of files: looking into one takes seconds of processor time."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

UPLOAD = Limit(name="upload", each=(Rate(30, timedelta(minutes=15)), Rate(100, timedelta(days=1))))
"""Files that one person sends, whole or in pieces."""
