"""Staff pages: an edition's applications and its statistics."""

from learning.admissions.pages.staff import (
    assessments,
    board,
    bulk,
    candidates,
    decisions,
    edition_cancellation,
    offers,
    overrides,
    transfers,
)
from learning.admissions.pages.staff.blueprint import bp
from learning.admissions.pages.staff.statistics import bp as statistics

BLUEPRINTS = (bp, statistics, overrides.bp)
__all__ = [
    "BLUEPRINTS", "assessments", "board", "bulk", "candidates", "decisions", "edition_cancellation",
    "offers", "overrides", "transfers",
]  # fmt: skip
