"""Staff pages: the quizzes of an edition, their item analysis, a preview, people."""

from learning.quizzes.staff import analysis, people, preview, regrade
from learning.quizzes.staff.blueprint import bp

__all__ = ["analysis", "bp", "people", "preview", "regrade"]
