"""Commands of fees."""
