"""The proposal of other bank data that waits for an approver, as a kind of the staff queue."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, literal, select

from learning.access.permissions import Permission
from learning.extension_points.waiting import WaitingKind, WaitingRequest
from learning.extension_points.waiting_queries import WaitingQuery
from learning.fees.centre_models import BankDataProposal
from learning.fees.rules.bank_data import ProposalState
from learning.kit.i18n import N_

PATH = "staff/money/centre"


def _proposals(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    return select(
        BankDataProposal.legal_name.label("name"),
        literal("").label("code"),
        BankDataProposal.proposed_at.label("since"),
    ).where(BankDataProposal.state == ProposalState.OPEN)


PROPOSALS = WaitingQuery(
    found=_proposals,
    order=(BankDataProposal.proposed_at, BankDataProposal.id),
    within=timedelta(days=2),
    row_path=lambda _row: PATH,
    group_path=lambda _code: PATH,
)
KIND = WaitingKind(
    key="bank-data",
    label=N_("Bank data of the Centre to confirm"),
    permission=Permission.APPROVE_FINANCES,
    provider=PROPOSALS.rows,
    summary=PROPOSALS.groups,
    action=N_("Compare and decide"),
    site_wide=True,
)
