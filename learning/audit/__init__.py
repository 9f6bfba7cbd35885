"""What happened, who did it, when: a chain of rows that cannot be changed unseen.

A row is written in the same transaction as what it tells of, and carries the hash of the row
before it.
"""
