"""The style guide: every component of the interface in every state, on installations for tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learning.access.permissions import Permission
from learning.catalogue.cancellation import Policy, Tier, Window, window
from learning.catalogue.models import EditionStatus
from learning.catalogue.requests import PageEdition
from learning.content.course import Answer, Check
from learning.extension_points.activities import Activity
from learning.home.edition_bar import EditionBar, EditionTab
from learning.home.views.blueprint import bp
from learning.kit.money import Money
from learning.kit.pages import Page, render_page

CHECK = Check(
    key="style-guide",
    question=Markup("A question?"),
    answers=[
        Answer(number=0, html=Markup("This"), why=Markup("Because of this."), right=True),
        Answer(number=1, html=Markup("That"), why=Markup("Because of that."), right=False),
    ],
)

TABS = ("Applications", "Participants", "Progress", "Statistics", "Settings")
EDITION_BAR = EditionBar(
    edition=PageEdition(
        code="example",
        status=EditionStatus.OPEN,
        starts_on=date(2027, 1, 18),
        ends_on=date(2027, 2, 26),
        apply_until=date(2026, 12, 13),
        zone="UTC",
    ),
    address="#items",
    closes_in=19,
    tabs=[EditionTab(key=title, title=title, address="#items") for title in TABS],
    current=TABS[0],
)
CANCELLATION = Policy(
    version="sample",
    valid_from=date(2027, 1, 1),
    tiers=(Tier(min_days=14, percent=0), Tier(min_days=8, percent=50)),
    late_percent=100,
    transfer_days=14,
)
FEE = Money(98000, "EUR")
REFUND_WEEK = {
    "month": "January 2027",
    "days": [
        {
            "day": date(2027, 1, day),
            "percent": percent,
            "is_today": words == "today",
            "is_chosen": words == "chosen",
            "is_first_day": words == "first",
            "address": "#items",
        }
        for day, percent, words in (
            (11, None, ""),
            (12, 0, "today"),
            (13, 0, ""),
            (14, 50, "chosen"),
            (15, 50, ""),
            (16, 100, ""),
            (17, 100, "first"),
        )
    ],
}
WINDOW = window(CANCELLATION, [date(2027, 1, 25)], date(2027, 1, 14))


@dataclass(frozen=True, kw_only=True)
class StyleGuidePage(Page):
    template: ClassVar[str] = "home/styleguide.html"

    activities: tuple[Activity, ...] = tuple(Activity)
    edition_bar: EditionBar = EDITION_BAR
    fee: Money = FEE
    window: Window = WINDOW
    check: Check = CHECK
    refund_weeks: Sequence[Mapping[str, object]] = (REFUND_WEEK,)


@bp.get("/styleguide", needs=Permission.OPEN_TO_ALL)
def show_style_guide() -> ResponseReturnValue:
    """Show the components, in English; a production installation has no such page."""
    if current_app.extensions["settings"].production:
        abort(404)
    return render_page(StyleGuidePage())
