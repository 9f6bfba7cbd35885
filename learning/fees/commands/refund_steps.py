"""One step of a refund: checked by the table of transitions, booked, recorded.

The row of the fee account is locked first, then that of the refund. While a refund is approved or
exported, the ledger has it among what is payable: a step that ends this otherwise than by a payment
reverses the booking of the approval.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.fees.payment_models import Payment
from learning.fees.queries.accounts import lock_account
from learning.fees.queries.refund_sources import goes_to_card
from learning.fees.refund_models import Refund, RefundChange
from learning.fees.rules.refunds import (
    LIABILITIES,
    RefundEvent,
    RefundProblem,
    RefundState,
    state_after,
)
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.kit.time import day_in
from learning.ledger.actions import Entry, Posting, post, reverse
from learning.ledger.models import LedgerAccount, LedgerTransaction
from learning.ledger.rules import opposite

UNMATCHED = LedgerAccount.UNMATCHED_RECEIPTS
APPROVED_KIND, SETTLED_KIND, RETURNED_KIND = (
    "refund approved",
    "refund settled",
    "refund returned",
)


@dataclass(frozen=True, kw_only=True)
class RefundAction:
    """Who does something, when and why; `version` is that of the page on which it was decided."""

    by: int | None
    now: datetime
    version: int | None = None
    reason: str = ""


def lock_refund(session: Session, refund: Refund, action: RefundAction) -> None:
    """Lock a refund after its account; raise RuleViolation if the page was of another version."""
    lock_account(session, refund.fee_account_id)
    lock_row(session, refund)
    if action.version is not None and action.version != refund.version:
        raise RuleViolation(RefundProblem.CHANGED_MEANWHILE)


def check_step(refund: Refund, event: RefundEvent) -> RefundState:
    """Return the state after an event; raise RuleViolation if the table does not have it."""
    after = state_after(refund.state, event)
    if after is None:
        raise RuleViolation(RefundProblem.INVALID_TRANSITION)
    return after


def take_step(
    session: Session,
    refund: Refund,
    event: RefundEvent,
    action: RefundAction,
    **values: object,
) -> None:
    """Change a locked refund along the table, with `values` for its columns."""
    move(session, refund, event, action, (check_step(refund, event), values))


def move(
    session: Session,
    refund: Refund,
    event: RefundEvent,
    action: RefundAction,
    change: tuple[RefundState, Mapping[str, object]],
) -> None:
    """Change a locked refund to a state; the caller has checked the event."""
    before, (after, values) = refund.state, change
    if before in LIABILITIES and after not in LIABILITIES and event is not RefundEvent.SETTLE:
        reverse_approval(session, refund, action)
    for name, value in values.items():
        setattr(refund, name, value)
    refund.state, refund.version = after, refund.version + 1
    session.flush()
    add_change(session, refund, event, action, before)


def add_change(
    session: Session,
    refund: Refund,
    event: RefundEvent,
    action: RefundAction,
    before: RefundState | None,
) -> None:
    """Add a step to the history of a refund and to the audit trail, which has no reasons."""
    session.add(
        RefundChange(
            refund_id=refund.id,
            event=event,
            before=str(before or ""),
            after=refund.state,
            net_minor=refund.net.minor,
            digest=refund.digest,
            at=action.now,
            by_id=action.by,
            reason=action.reason,
        )
    )
    record(
        session,
        f"refund {event}",
        f"refund {refund.id}",
        by=action.by,
        now=action.now,
        before=str(before or ""),
        after=str(refund.state),
        net=f"{refund.net.major} {refund.net.currency}",
    )


def post_approval(session: Session, refund: Refund, action: RefundAction) -> None:
    """Book that a refund is payable: out of what the payer has to their credit."""
    reference, charge = (
        reference_of(refund),
        Money(-refund.bank_charge_minor, refund.gross.currency),
    )
    entries = [
        Entry(LedgerAccount.RECEIVABLES, refund.gross, reference),
        Entry(LedgerAccount.REFUNDS_PAYABLE, opposite(refund.net), reference),
        Entry(LedgerAccount.BANK_CHARGES_RECOVERED, charge),
    ]
    day = day_of_books(session, refund, action.now)
    _post(session, refund, action, (APPROVED_KIND, day), entries)


def reverse_approval(session: Session, refund: Refund, action: RefundAction) -> None:
    """Reverse the booking of the latest approval."""
    transaction = session.scalars(
        select(LedgerTransaction)
        .where(
            LedgerTransaction.subject == subject_of(refund),
            LedgerTransaction.kind == APPROVED_KIND,
            LedgerTransaction.reverses_id.is_(None),
        )
        .order_by(LedgerTransaction.id.desc())
        .limit(1)
    ).one()
    day = day_of_books(session, refund, action.now)
    reverse(session, transaction, occurred_on=day, by=action.by, now=action.now)


def post_settlement(
    session: Session, refund: Refund, action: RefundAction, *, kind: str, occurred_on: date
) -> None:
    """Book that a refund was paid on a day (SETTLED_KIND), or came back (RETURNED_KIND).

    One to a card is taken off what the provider holds.
    """
    to_card = goes_to_card(refund, session.get_one(Payment, refund.payment_id))
    moved = refund.net if kind == SETTLED_KIND else opposite(refund.net)
    entries = [
        Entry(LedgerAccount.REFUNDS_PAYABLE, moved, reference_of(refund)),
        Entry(LedgerAccount.CARD_CLEARING if to_card else UNMATCHED, opposite(moved)),
    ]
    _post(session, refund, action, (kind, occurred_on), entries)


def subject_of(refund: Refund) -> str:
    """Return what the ledger calls a refund."""
    return f"refund {refund.id}"


def reference_of(refund: Refund) -> str:
    """Return what the ledger calls the fee account of a refund."""
    return f"account {refund.fee_account_id}"


def day_of_books(session: Session, refund: Refund, now: datetime) -> date:
    """Return the day that it is where the edition is held."""
    return day_in(session.get_one(Edition, refund.edition_id).zone, now)


def _post(
    session: Session,
    refund: Refund,
    action: RefundAction,
    what: tuple[str, date],
    entries: list[Entry],
) -> None:
    kind, occurred_on = what
    posting = Posting(
        key=f"{kind} {refund.id}, version {refund.version}",
        kind=kind,
        subject=subject_of(refund),
        occurred_on=occurred_on,
        entries=[entry for entry in entries if entry.amount.minor],
        by=action.by,
        now=action.now,
        edition_id=refund.edition_id,
    )
    post(session, posting)
