"""Pages for candidates and sponsors."""

from learning.enrolment.views import applications, papers, steps
from learning.enrolment.views.apply import room as apply
from learning.enrolment.views.room import room
from learning.enrolment.views.sponsor import room as sponsor

ROOMS = (apply, room, sponsor)
__all__ = ["ROOMS", "applications", "papers", "steps"]
