"""The overview of finance: what was invoiced and received, and what waits."""

from dataclasses import dataclass
from typing import ClassVar

from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.fees.pages.staff.blueprint import bp
from learning.kit.pages import Page, render_page


@dataclass(frozen=True, kw_only=True)
class OverviewPage(Page):
    template: ClassVar[str] = "fees/overview.html"


@bp.get("/", needs=Permission.READ_FINANCES)
def show_overview() -> ResponseReturnValue:
    return render_page(OverviewPage())
