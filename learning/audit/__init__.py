"""The audit trail: what happened, who did it, when, as a hash chain.

A row is written in the same transaction as the change that it reports; the worker seals it seconds
later with the hash of the row before it (docs/decisions/0027).
"""
