"""Quizzes: attempts at the quiz of a module, their marks, and what tutors see of the questions."""
