"""Pages for staff: an edition's people, its applications, its figures."""

from learning.enrolment.staff import (
    assessing,
    board,
    bulk,
    cancelling,
    candidates,
    deciding,
    passing,
    people_list,
)
from learning.enrolment.staff.figures import room as figures
from learning.enrolment.staff.operations import room as operations
from learning.enrolment.staff.people import room as people
from learning.enrolment.staff.room import room as admission

ROOMS = (people, admission, operations, figures)

__all__ = [
    "ROOMS", "assessing", "board", "bulk", "cancelling", "candidates", "deciding", "passing",
    "people_list",
]  # fmt: skip
