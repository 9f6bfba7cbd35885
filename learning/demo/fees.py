"""Fees of the demonstration: places that are settled."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.admissions.models import Application
from learning.admissions.queries.agreements import agreement_of
from learning.fees.commands.settlements import (
    NewSettlement,
    SettlementDecision,
    decide_settlement,
    propose_settlement,
)
from learning.fees.models import FeeAccount, SettlementKind
from learning.fees.queries.accounts import account_of


def settle(
    session: Session,
    application: Application,
    reason: str,
    *,
    people: tuple[int, int],
    now: datetime,
) -> None:
    """Settle the place of an accepted application; it is confirmed.

    `people` are the ids of the person in finance who proposes it and of the one who approves it.
    """
    finance, approver = people
    account = account_of(session, application.id) or open_account(session, application, now)
    new = NewSettlement(kind=SettlementKind.ELSEWHERE, reason=reason, by=finance, now=now)
    settlement = propose_settlement(session, account, new)
    approval = SettlementDecision(approved=True, by=approver, now=now)
    decide_settlement(session, settlement, approval)


def open_account(session: Session, application: Application, now: datetime) -> FeeAccount:
    """Open the account of an accepted application."""
    agreement = agreement_of(session, application)
    if agreement is None:
        raise LookupError(f"nothing was agreed about application {application.id}")
    account = FeeAccount(
        edition_id=agreement.edition_id, fee_agreement_id=agreement.id, opened_at=now
    )
    session.add(account)
    session.flush()
    return account
