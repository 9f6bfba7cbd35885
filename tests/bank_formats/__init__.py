"""Tests of what banks read and write."""
