"""Benchmarks: ratios and counts, never part of the test run."""
