"""What the staff queue shows of payments that one person recorded by hand."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, literal, select

from learning.access.permissions import Permission
from learning.extension_points.waiting import WaitingKind, WaitingRequest
from learning.extension_points.waiting_queries import WaitingQuery
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.queries.unconfirmed_payments import is_unconfirmed
from learning.kit.i18n import N_

PATH = "staff/money/"


def _payments(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Payment.payer_name.label("name"),
            FeeAccount.uid,
            literal("").label("code"),  # money belongs to the centre, not to an edition
            Payment.recorded_at.label("since"),
        )
        .join(FeeAccount, FeeAccount.id == Payment.fee_account_id)
        .where(is_unconfirmed())
    )


PAYMENTS = WaitingQuery(
    found=_payments,
    order=(Payment.recorded_at, Payment.id),
    within=timedelta(days=2),
    row_path=lambda row: f"{PATH}accounts/{row.uid}",
    group_path=lambda _code: f"{PATH}control#by-hand",
)
KIND = WaitingKind(
    key="manual-payments",
    label=N_("Payments to confirm"),
    permission=Permission.APPROVE_FINANCES,
    provider=PAYMENTS.rows,
    summary=PAYMENTS.groups,
    action=N_("Confirm the payments"),
    site_wide=True,
)
