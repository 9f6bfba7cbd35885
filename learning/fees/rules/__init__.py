"""Rules of fees: pure functions over plain values."""
