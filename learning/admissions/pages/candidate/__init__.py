"""Pages for candidates."""

from learning.admissions.pages.candidate import applications, nomination_letter, steps
from learning.admissions.pages.candidate.apply import bp as apply
from learning.admissions.pages.candidate.blueprint import bp

BLUEPRINTS = (apply, bp)
__all__ = ["BLUEPRINTS", "applications", "nomination_letter", "steps"]
