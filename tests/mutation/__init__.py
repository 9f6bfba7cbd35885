"""Mutation testing: rules are changed one at a time, and a test has to fail (`make mutation`)."""
