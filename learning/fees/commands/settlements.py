"""Settlements: a place is confirmed without a payment.

One person proposes it, another approves it. A letter of guarantee leaves the invoices open. A
waiver credits them, and so does a payment outside this ledger: no money for them will come.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.fees.commands.accounts import credit_invoices
from learning.fees.commands.activation import activate_if_settled
from learning.fees.commands.allocation import allocate_payments
from learning.fees.models import FeeAccount, FeeSettlement, SettlementKind
from learning.fees.problems import SettlementProblem
from learning.fees.queries.accounts import lock_account, people_of_account
from learning.fees.queries.settlements import REMITTED, settlements_of, valid_settlement
from learning.kit.errors import RuleViolation
from learning.kit.optimistic_lock import update_if_current


@dataclass(frozen=True, kw_only=True)
class NewSettlement:
    """A proposal; `file_id` is the letter of a guarantee, or another proof."""

    kind: SettlementKind
    reason: str
    file_id: int | None = None
    by: int
    now: datetime


def propose_settlement(session: Session, account: FeeAccount, new: NewSettlement) -> FeeSettlement:
    """Propose that a place is settled without a payment; raise RuleViolation."""
    account = lock_account(session, account.id)
    if any(each.approved is None for each in settlements_of(session, account)):
        raise RuleViolation(SettlementProblem.WAITS)
    if valid_settlement(session, account) is not None:
        raise RuleViolation(SettlementProblem.HOLDS)
    if new.kind is SettlementKind.GUARANTEE and new.file_id is None:
        raise RuleViolation(SettlementProblem.NO_LETTER, field="letter")
    settlement = FeeSettlement(
        edition_id=account.edition_id,
        fee_account_id=account.id,
        fee_agreement_id=account.fee_agreement_id,
        kind=new.kind,
        reason=new.reason,
        proposed_by_id=new.by,
        proposed_at=new.now,
        file_id=new.file_id,
    )
    session.add(settlement)
    session.flush()
    _record(session, settlement, "settlement proposed", by=new.by, now=new.now)
    return settlement


@dataclass(frozen=True, kw_only=True)
class SettlementDecision:
    """The decision of the second person; `version` is that of the page they decided on."""

    approved: bool
    by: int
    now: datetime
    version: int | None = None


def decide_settlement(
    session: Session, settlement: FeeSettlement, decision: SettlementDecision
) -> None:
    """Approve a settlement, which activates the place, or refuse it; raise RuleViolation.

    The person who proposed it cannot decide: the database refuses that, too. It is approved for the
    agreement for which it was proposed, and for no other: a transfer makes another price.
    """
    account = lock_account(session, settlement.fee_account_id)
    session.refresh(settlement, with_for_update=True)
    if settlement.approved is not None:
        raise RuleViolation(SettlementProblem.DECIDED)
    if settlement.proposed_by_id == decision.by:
        raise RuleViolation(SettlementProblem.SAME_PERSON)
    if decision.by in people_of_account(session, account):
        raise RuleViolation(SettlementProblem.OWN_PLACE)
    if decision.approved and settlement.fee_agreement_id != account.fee_agreement_id:
        raise RuleViolation(SettlementProblem.OTHER_AGREEMENT)
    if not update_if_current(
        session,
        settlement,
        seen_version=decision.version,
        approved=decision.approved,
        decided_by_id=decision.by,
        decided_at=decision.now,
    ):
        raise RuleViolation(SettlementProblem.DECIDED)
    if decision.approved:
        activate_if_settled(session, account, now=decision.now)
        if settlement.kind in REMITTED:
            credit_invoices(session, account, by=decision.by, now=decision.now)
            allocate_payments(session, account)
    _record(
        session,
        settlement,
        "settlement approved" if decision.approved else "settlement refused",
        by=decision.by,
        now=decision.now,
    )


def _record(
    session: Session, settlement: FeeSettlement, action: str, *, by: int, now: datetime
) -> None:
    record(
        session,
        action,
        f"fee account {settlement.fee_account_id}",
        by=by,
        now=now,
        kind=str(settlement.kind),
    )
