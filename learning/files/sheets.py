"""The answer that downloads a table: as XLSX, or as CSV if the reader asks for it.

No lock is held while the file is made (docs/decisions/0066): the table is read in a transaction
that only reads, the file is made after its end, and a short transaction records who took it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from flask import Response, request

from learning.access.guard import current_person_id
from learning.audit.actions import record
from learning.files.rules import content_disposition
from learning.kit.database import end_read
from learning.kit.db import database, read_only
from learning.kit.languages import current_i18n
from learning.kit.spreadsheets import CONTENT_TYPES, Sheet, SheetFormat, sheet_bytes
from learning.kit.time import now

View = ParamSpec("View")


@dataclass(frozen=True, kw_only=True)
class Export:
    """A table that is downloaded, and what the audit trail says of that.

    `name` is that of the file, without its ending. The cells of the table are made after the end
    of the transaction, so they read nothing more.
    """

    sheet: Sheet
    name: str
    action: str
    subject: str
    detail: dict[str, object] = field(default_factory=dict[str, object])


def sheet_download(view: Callable[View, Export]) -> Callable[View, Response]:
    """Make a view that returns an export answer with its file; a POST, as it is recorded.

    The field `format` of the form is "xlsx" or "csv".
    """

    @wraps(view)
    def download(*args: View.args, **kwargs: View.kwargs) -> Response:
        session = read_only()
        export = view(*args, **kwargs)
        end_read(session)
        answer = _file_of(export)
        with database().transaction() as writing:
            by = current_person_id()
            record(writing, export.action, export.subject, by=by, now=now(), **export.detail)
        return answer

    return download


def _file_of(export: Export) -> Response:
    csv = request.form.get("format") == SheetFormat.CSV
    kind = SheetFormat.CSV if csv else SheetFormat.XLSX
    content = sheet_bytes(export.sheet, kind, current_i18n())
    answer = Response(content, content_type=CONTENT_TYPES[kind])
    answer.headers["Content-Disposition"] = content_disposition(f"{export.name}.{kind}")
    return answer
