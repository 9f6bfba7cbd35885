"""Pages for staff: what teachers cover, and whose tutor somebody is."""

from learning.tutors.staff import assignments, teachers

BLUEPRINTS = (teachers.bp, assignments.bp)

__all__ = ["BLUEPRINTS"]
