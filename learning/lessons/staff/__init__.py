"""Staff pages: the progress of a cohort, and overrides for one person."""

from learning.lessons.staff import cohort, overrides
from learning.lessons.staff.blueprint import bp

__all__ = ["bp", "cohort", "overrides"]
