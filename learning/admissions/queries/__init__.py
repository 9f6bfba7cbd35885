"""Reads of applications, offers and fee agreements."""
