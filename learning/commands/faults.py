"""What stops a command, in one sentence."""

from sqlalchemy.exc import DBAPIError

LONGEST = 200


class UnusableError(Exception):
    """A command cannot be carried out; its text is for whoever typed it."""


def line_of(fault: BaseException) -> str:
    """Return the first line of what a database, a system or a library says."""
    said: object = fault.orig if isinstance(fault, DBAPIError) else fault
    if isinstance(fault, OSError) and fault.strerror:
        said = f"{fault.filename}: {fault.strerror}" if fault.filename else fault.strerror
    text = str(said).strip() or type(fault).__name__
    return text.splitlines()[0].strip()[:LONGEST]
