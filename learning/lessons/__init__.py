"""Studying: the course home, lessons, knowledge checks, notes, places, progress.

What a person does while reading is kept under their enrolment and comes back on any device and in
any language. Staff see how far a cohort is and can open a module early for one person.
"""
