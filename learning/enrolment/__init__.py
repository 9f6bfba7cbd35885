"""Who has a place in which edition.

Staff enrol one person by hand, or many from a CSV file: each line is shown with what it will do
before anything is done, and either all of it is done or nothing.
"""
