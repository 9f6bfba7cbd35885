"""What the `learning` command does, one function a command.

A command is given the settings and what was typed, and returns the exit status. What stops it is
said in one sentence: `UnusableError` is raised, and learning/cli.py prints it.
"""
