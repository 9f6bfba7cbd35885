"""What every room stands on and no user has heard of.

Database, pages, forms, languages, text, money, time, files for the browser. No word of the
course business stands in this room.
"""
