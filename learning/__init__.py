"""A platform for cohort courses, divided by subject into packages.

shell     home (start page, search, this week), admin
study     lessons, deadlines
people    admissions, participants, enrolment, accounts
ground    catalogue (editions), content (reads courses/), mail, jobs, files, audit,
          access (roles, permissions, guard), kit (no domain terms), settings

A package imports packages below it, never above; `pyproject.toml` holds the order and CI checks it.
"""
