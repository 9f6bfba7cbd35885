"""The commands of `learning`, one function each.

A command gets the settings and the parsed arguments, and returns the exit status. An expected
failure is a `CommandError` with one sentence, which learning/cli.py prints.
"""
