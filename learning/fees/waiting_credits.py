"""The credits that wait to be paid back, as a kind of the staff queue."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, literal_column, select

from learning.access.permissions import Permission
from learning.extension_points.waiting import WaitingKind, WaitingRequest
from learning.extension_points.waiting_queries import WaitingQuery
from learning.fees.queries.credits import credits_query
from learning.kit.i18n import N_

PATH = "staff/money/"


def _credits(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    found = credits_query().subquery().c
    return select(found.name, found.uid, literal_column("''").label("code"), found.since)


CREDITS = WaitingQuery(
    found=_credits,
    order=(literal_column("since"), literal_column("uid")),
    within=timedelta(days=14),
    row_path=lambda row: f"{PATH}accounts/{row.uid}#credit",
    group_path=lambda _code: f"{PATH}credits",
)
KIND = WaitingKind(
    key="credits",
    label=N_("Credits to pay back"),
    permission=Permission.MANAGE_FINANCES,
    provider=CREDITS.rows,
    summary=CREDITS.groups,
    action=N_("Draft the refunds"),
    site_wide=True,
)
