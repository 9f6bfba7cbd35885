"""The bar of the pages of finance: the tabs of the area, always in the same order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import request, url_for

from learning.home.edition_bar import EditionTab
from learning.kit.i18n import N_


@dataclass(frozen=True, kw_only=True)
class MoneyTab:
    """A tab: the endpoint of its list, and what follows `/staff/money/` in its addresses."""

    key: str
    title: str
    endpoint: str
    folders: Collection[str]


@dataclass(frozen=True, kw_only=True)
class MoneyBar:
    """What stands above every page of finance."""

    tabs: Sequence[EditionTab]
    current: str


TABS = (
    MoneyTab(key="overview", title=N_("Overview"), endpoint="money.show_overview", folders={""}),
    MoneyTab(
        key="invoices",
        title=N_("Invoices"),
        endpoint="money.show_invoices",
        folders={"invoices", "accounts", "settlements"},
    ),
    MoneyTab(
        key="quotes",
        title=N_("Quotes"),
        endpoint="money.show_quotes",
        folders={"quotes", "sponsors", "joint-invoices"},
    ),
    MoneyTab(
        key="bank",
        title=N_("Bank"),
        endpoint="money.show_statements",
        folders={"statements", "entries", "card-events"},
    ),
    MoneyTab(
        key="refunds",
        title=N_("Refunds"),
        endpoint="money.show_refunds",
        folders={"refunds", "batches"},
    ),
    MoneyTab(
        key="journal",
        title=N_("Journal"),
        endpoint="money.show_journal",
        folders={"journal", "control"},
    ),
    MoneyTab(key="centre", title=N_("Centre"), endpoint="money.show_centre", folders={"centre"}),
)


def money_bar() -> MoneyBar | None:
    """Return the bar of this page, None if it is no page of finance."""
    if request.blueprint != "money":
        return None
    folder = request.path.partition("/staff/money/")[2].partition("/")[0]
    return MoneyBar(
        tabs=[
            EditionTab(key=tab.key, title=tab.title, address=url_for(tab.endpoint)) for tab in TABS
        ],
        current=next((tab.key for tab in TABS if folder in tab.folders), ""),
    )
