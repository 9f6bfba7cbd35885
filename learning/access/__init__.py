"""Who may do what.

The roles, the permissions, one table of grants, and the guard before every page. Deny by
default: a route that does not say what it needs cannot be written, and one that slips past is
refused.
"""
