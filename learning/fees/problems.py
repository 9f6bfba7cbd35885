"""What the rules of fees refuse, by code, with its sentence."""

from learning.kit.labels import Labels

LABELS: Labels = {}
"""The sentences by enumeration: one enumeration for accounts, payments, statements, refunds …"""
