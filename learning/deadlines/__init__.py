"""The due date for one person: the edition's date, an extension, an accommodation.

Every activity passes the key of a deadline and gets one instant and its sentence. Time limits and
attempts of an accommodation are computed here, too.
"""
