"""Reads of fees."""
