"""What every package uses and no domain term belongs to.

Database, pages, forms, languages, text, money, time, files for the browser. Nothing of the course
business is here.
"""
