"""Pages for staff: the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.access.permissions import Permission
from learning.audit import queries
from learning.audit.models import AuditRow
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, show

room = Room("audit", __name__, url_prefix="/desk/audit")


@dataclass(frozen=True, kw_only=True)
class TrailPage(Page):
    template: ClassVar[str] = "audit/trail.html"

    rows: Sequence[AuditRow]
    older: int | None


@room.get("/", needs=Permission.READ_AUDIT)
def show_trail() -> ResponseReturnValue:
    """Show one page of the trail, newest first; `before` is a row's number."""
    never_store()
    rows = queries.latest(db(), before=request.args.get("before", type=int))
    older = rows[-1].id if len(rows) == queries.PAGE else None
    return show(TrailPage(rows=rows, older=older))
