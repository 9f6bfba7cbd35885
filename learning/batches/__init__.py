"""Acts on a whole cohort: one row for the operation, one for each person it concerns.

A job carries out some items in one short transaction and leaves the rest to the next job, so that
nobody waits for it and a killed worker loses nothing (docs/decisions/0033).
"""
