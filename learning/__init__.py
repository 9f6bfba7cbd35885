"""A platform for cohort courses, cut by subject into rooms.

shell     home (start page, search, this week)
study     lessons
people    enrolment, accounts
ground    catalogue (editions), content (reads courses/), audit,
          access (roles, permissions, guard), kit (no domain word), settings

A room calls rooms below it, never above; `pyproject.toml` holds the order and CI checks it.
"""
