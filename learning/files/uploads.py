"""Taking files in: whole with a form, for any package, or the last piece of an upload."""

from collections.abc import Sequence

from flask import Response, after_this_request, current_app
from werkzeug.datastructures import FileStorage

from learning.files import actions
from learning.files.actions import Blob
from learning.files.current_storage import storage
from learning.files.purposes import FilePurpose
from learning.files.rules import MAX_FORM_FILE_BYTES, FileRejection, form_size_rejection
from learning.files.validation import ValidatedFile, validate_file
from learning.kit.db import CLIENT_ERROR


def validate_uploads(
    sent: Sequence[FileStorage], purpose: FilePurpose
) -> list[ValidatedFile] | FileRejection:
    """Return the files that came with a form, or why the first bad one is not taken.

    An input in which no file was chosen brings none. Of each file no more is read than a form or
    its purpose allows, and one byte; a larger one comes in chunks, with JavaScript.
    """
    chosen = [each for each in sent if each.filename]
    if len(chosen) > 1 and not purpose.multiple:
        return FileRejection.TOO_MANY
    checked: list[ValidatedFile] = []
    for each in chosen:
        content = each.stream.read(min(purpose.max_bytes, MAX_FORM_FILE_BYTES) + 1)
        made = form_size_rejection(len(content), purpose.max_bytes) or validate_file(
            each.filename or "", content, purpose
        )
        if isinstance(made, FileRejection):
            return made
        checked.append(made)
    return checked


def store_upload(checked: ValidatedFile) -> Blob:
    """Write the content of a form's file down, before its transaction.

    It is deleted if the form is refused. If the process is lost, the nightly purge deletes it.
    """
    blob = write_content(checked)

    @after_this_request
    def delete_if_refused(response: Response) -> Response:
        if response.status_code >= CLIENT_ERROR:
            storage().delete(blob.key)
        return response

    return blob


def write_content(checked: ValidatedFile) -> Blob:
    """Write a content down where this installation keeps files; before any transaction."""
    scanned = bool(current_app.extensions["settings"].scanner)
    return Blob(key=actions.store_content(storage(), checked), scanned=scanned)
