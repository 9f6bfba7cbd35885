"""Pages of quizzes for participants: the quiz, an attempt, its result."""

from learning.quizzes.views import attempt, quiz, result
from learning.quizzes.views.blueprint import bp

__all__ = ["attempt", "bp", "quiz", "result"]
