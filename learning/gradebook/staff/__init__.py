"""Staff pages: the grid of a cohort, a person's marks, people to write to, the closing sheet."""

from learning.gradebook.staff import closing, contacts, grid, person
from learning.gradebook.staff.blueprint import bp

__all__ = ["bp", "closing", "contacts", "grid", "person"]
