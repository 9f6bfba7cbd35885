"""The blueprint of the progress of a cohort."""

from learning.access.guard import GuardedBlueprint

bp = GuardedBlueprint("cohort", __name__, url_prefix="/staff/editions/<edition>/progress")
