"""Pages for staff: the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.access.permissions import Permission
from learning.audit import queries
from learning.audit.models import AuditRow
from learning.audit.queries import Filter
from learning.audit.words import DEEDS
from learning.kit import check_results
from learning.kit.check_results import CheckResult
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, show
from learning.kit.requests import asked_number

room = Room("audit", __name__, url_prefix="/desk/audit")


@dataclass(frozen=True, kw_only=True)
class TrailPage(Page):
    """The trail; `checked` is what the check of the whole chain found last, None before that."""

    template: ClassVar[str] = "audit/trail.html"

    rows: Sequence[AuditRow]
    older: int | None
    wanted: Filter
    actions: Sequence[str]
    checked: CheckResult | None
    deeds: Mapping[str, str]


@room.get("/", needs=Permission.READ_AUDIT)
def show_trail() -> ResponseReturnValue:
    """Show one page of the trail, newest first.

    `before` is a row's id; `action`, `subject`, `actor` narrow it.
    """
    never_store()
    wanted = Filter(
        action=request.args.get("action", ""),
        subject=request.args.get("subject", "").strip(),
        actor=asked_number("actor"),
    )
    rows = queries.latest(db(), wanted, before=asked_number("before"))
    page = TrailPage(
        rows=rows,
        older=rows[-1].id if len(rows) == queries.PAGE else None,
        wanted=wanted,
        actions=queries.actions(db()),
        deeds=DEEDS,
        checked=check_results.stored(db()).get("audit chain"),
    )
    return show(page)
