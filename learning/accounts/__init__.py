"""People, their roles, and signing in.

Sessions are stored under the hash of their token, so that signing out, on this device or on all
others, takes effect at once. Flask-Login is the façade before them.
"""
