"""Batch operations over many people: one row for the operation, one for each item.

A job carries out some items in one short transaction and leaves the rest to the next job, so that
nothing waits long and a killed worker loses nothing (docs/decisions/0033).
"""
