"""Administration: editions, people and roles, e-mails and jobs, health checks.

Staff pages of a single package are in that package; here are those that need several.
"""
