"""What happened, who did it, when: a chain of rows that cannot be changed unseen.

A row is written in the same transaction as what it tells of; the worker seals it seconds later
with the hash of the row before it (docs/decisions/0027).
"""
