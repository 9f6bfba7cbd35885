"""Rules of admissions: pure functions, with all of their cases in a test."""
