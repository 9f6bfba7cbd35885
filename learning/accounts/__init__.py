"""People, their roles, and signing in.

Sessions live in the database under the hash of their token, so that signing out, on this device
or on all others, is real. Flask-Login is the façade before them.
"""
