"""Taking files in: whole with a form, for any room, or the last piece of an upload."""

from flask import current_app
from werkzeug.datastructures import FileStorage

from learning.files import actions
from learning.files.actions import Blob
from learning.files.checking import Checked, check
from learning.files.rules import MOST_BYTES, Fault
from learning.files.storage import storage


def read(sent: FileStorage) -> Checked | Fault:
    """Return a file that came with a form, or why it is not taken; it never reads more."""
    return check(sent.filename or "", sent.stream.read(MOST_BYTES + 1))


def stored(checked: Checked) -> Blob:
    """Write a content down where this installation keeps files; before any transaction."""
    scanned = bool(current_app.extensions["settings"].scanner)
    return Blob(key=actions.store(storage(), checked), scanned=scanned)
