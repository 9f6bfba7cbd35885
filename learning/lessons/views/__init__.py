"""Pages of studying: lessons and what a reader keeps, and the documents beside them."""

from learning.lessons.views import documents, studying
from learning.lessons.views.room import room

__all__ = ["documents", "room", "studying"]
