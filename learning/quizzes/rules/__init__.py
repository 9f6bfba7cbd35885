"""Rules of quizzes: answers, marks, draws, times and item statistics, as plain values."""
