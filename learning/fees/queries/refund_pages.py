"""What the pages of refunds show, in a number of statements that does not grow with the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.refund_models import Refund, RefundChange
from learning.fees.rules.refunds import RefundState
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction

LISTED = 200  # refunds on a page
GROUPS: dict[str, tuple[RefundState, ...]] = {
    "prepare": (RefundState.DRAFT, RefundState.RETURNED),
    "approve": (RefundState.PENDING_APPROVAL,),
    "export": (RefundState.APPROVED,),
    "sent": (RefundState.EXPORTED,),
    "done": (RefundState.SETTLED, RefundState.CANCELLED),
}
PARTY_NAME = BillingParty.__table__.c.name


@dataclass(frozen=True, kw_only=True)
class ListedRefund:
    """A refund with whose payment it pays back, for whose place, in which edition."""

    refund: Refund
    payment: Payment
    payee: str
    person: str
    reference: str  # of the application
    edition: Edition
    account: FeeAccount


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One entry of the ledger about a refund."""

    account: LedgerAccount
    amount: Money


@dataclass(frozen=True, kw_only=True)
class LedgerStep:
    """A transaction of the ledger about a refund."""

    kind: str
    occurred_on: date
    is_reversal: bool
    lines: Sequence[LedgerLine]


def refunds_of_group(session: Session, group: str) -> list[ListedRefund]:
    """Return the refunds of a group, the oldest first; of what is done, the latest first."""
    order = Refund.id.desc() if group == "done" else Refund.id
    found = _listed().where(Refund.state.in_(GROUPS[group])).order_by(order).limit(LISTED)
    return [_row(row) for row in session.execute(found)]


def counts_by_group(session: Session) -> dict[str, int]:
    """Return how many refunds are in each group."""
    rows = session.execute(select(Refund.state, func.count()).group_by(Refund.state))
    by_state: dict[RefundState, int] = {row[0]: row[1] for row in rows}
    return {
        group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()
    }


def listed_refund(session: Session, uid: str) -> ListedRefund | None:
    """Return one refund as the list has it, None if there is none."""
    row = session.execute(_listed().where(Refund.uid == uid)).first()
    return None if row is None else _row(row)


def changes_of(session: Session, refund: Refund) -> Sequence[tuple[RefundChange, str]]:
    """Return the steps of a refund with the name of the person who took each, the latest first."""
    rows = session.execute(
        select(RefundChange, Person.name)
        .outerjoin(Person, Person.id == RefundChange.by_id)
        .where(RefundChange.refund_id == refund.id)
        .order_by(RefundChange.id.desc())
    )
    return [(row.RefundChange, row.name or "") for row in rows]


def ledger_of(session: Session, refund: Refund) -> list[LedgerStep]:
    """Return the transactions of the ledger about a refund, in order."""
    rows = session.execute(
        select(LedgerTransaction, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(LedgerTransaction.subject == f"refund {refund.id}", LedgerTransaction.sealed)
        .order_by(LedgerTransaction.id, LedgerEntry.id)
    )
    steps: dict[int, tuple[LedgerTransaction, list[LedgerLine]]] = {}
    for row in rows:
        transaction, entry = row.LedgerTransaction, row.LedgerEntry
        _, lines = steps.setdefault(transaction.id, (transaction, []))
        lines.append(LedgerLine(account=entry.account, amount=entry.amount))
    return [
        LedgerStep(
            kind=transaction.kind,
            occurred_on=transaction.occurred_on,
            is_reversal=transaction.reverses_id is not None,
            lines=lines,
        )
        for transaction, lines in steps.values()
    ]


def _listed() -> Any:  # noqa: ANN401
    return (
        select(Refund, Payment, PARTY_NAME, Person.name, Application.reference, Edition, FeeAccount)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(BillingParty, BillingParty.id == Payment.party_id)
        .join(FeeAccount, FeeAccount.id == Refund.fee_account_id)
        .join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == Refund.edition_id)
    )


def _row(row: Any) -> ListedRefund:  # noqa: ANN401
    refund, payment, payee, person, reference, edition, account = row
    return ListedRefund(
        refund=refund,
        payment=payment,
        payee=payee,
        person=person,
        reference=reference,
        edition=edition,
        account=account,
    )


def refund_by_uid(session: Session, uid: str) -> Refund | None:
    """Return a refund with a uid, None if there is none."""
    return session.scalar(select(Refund).where(Refund.uid == uid))
