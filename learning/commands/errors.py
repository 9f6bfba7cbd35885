"""The error that ends a command with one sentence."""

from sqlalchemy.exc import DBAPIError

MAX_LINE_LENGTH = 200


class CommandError(Exception):
    """A command cannot be carried out; its text is for the person who ran it."""


def first_line(error: BaseException) -> str:
    """Return the first line of an error of a database, a system or a library."""
    source: object = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, OSError) and error.strerror:
        source = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    text = str(source).strip() or type(error).__name__
    return text.splitlines()[0].strip()[:MAX_LINE_LENGTH]
