"""Lessons: the course home, lessons, knowledge checks, notes, reading positions, progress.

What a person does while reading is stored under their enrolment and is the same on any device and
in any language. Staff see the progress of a cohort and can open a module early for one person.
"""
