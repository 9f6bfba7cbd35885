"""Pages of lessons: lessons, notes and bookmarks, and documents."""

from learning.lessons.views import course_home, documents, glossary, lab, lessons, notes
from learning.lessons.views.blueprint import bp

__all__ = ["bp", "course_home", "documents", "glossary", "lab", "lessons", "notes"]
