"""Pages of home."""

from learning.home.views import (
    sample,
    search,
    site,
    staff_area,
    staff_search,
    start,
    styleguide,
    week,
)
from learning.home.views.blueprint import bp

__all__ = [
    "bp",
    "sample",
    "search",
    "site",
    "staff_area",
    "staff_search",
    "start",
    "styleguide",
    "week",
]
