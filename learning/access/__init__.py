"""Who may do what.

The roles, the permissions, one table of grants, and the guard before every page. Denied by default:
a route that names no permission cannot be registered, and a request for one is refused.
"""
