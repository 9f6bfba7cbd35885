"""The blueprint of the pages of an edition's people; its modules register their routes."""

from learning.access.guard import GuardedBlueprint

bp = GuardedBlueprint("enrolment", __name__, url_prefix="/staff/editions/<edition>/people")
