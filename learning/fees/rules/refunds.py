"""The states of a refund and the transitions between them: one table, pure.

A refund is prepared by one person and approved by another (four eyes). The approval holds for one
amount, one payee and one account: whatever changes one of them takes the approval back. The
database knows the same table and refuses every other transition.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from learning.catalogue.cancellation import ALL


class RefundSource(StrEnum):
    """Why money goes back."""

    CANCELLATION = "cancellation"
    OVERPAYMENT = "overpayment"
    EDITION_CANCELLED = "edition_cancelled"
    OTHER = "other"


class RefundState(StrEnum):
    DRAFT = "draft"  # the account of the payee is missing, or something has changed
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    EXPORTED = "exported"  # in a file for the bank, or on the list of transfers by hand
    SETTLED = "settled"
    RETURNED = "returned"  # the bank could not pay it: a new account is needed
    CANCELLED = "cancelled"


class RefundEvent(StrEnum):
    """What happens to a refund."""

    DRAFT = "draft"
    PREPARE = "prepare"  # the account of the payee is entered, or another one
    SET_CHARGE = "set_charge"  # the charge of the bank is entered
    APPROVE = "approve"
    RETURN_TO_PREPARER = "return_to_preparer"
    EXPORT = "export"
    SETTLE = "settle"
    RETURNED_BY_BANK = "returned_by_bank"
    CANCEL = "cancel"


class RefundProblem(StrEnum):
    """Why a refund is refused, or a step of it."""

    MORE_THAN_PAID = "more_than_paid"
    PAYMENT_REVERSED = "payment_reversed"
    INVALID_TRANSITION = "invalid_transition"
    CHANGED_MEANWHILE = "changed_meanwhile"
    SAME_PERSON = "same_person"
    OWN_REFUND = "own_refund"
    NOT_AS_APPROVED = "not_as_approved"
    NO_ACCOUNT = "no_account"
    NO_REASON = "no_reason"
    NO_CHARGE = "no_charge"
    CHARGE_TOO_HIGH = "charge_too_high"
    OTHER_AMOUNT = "other_amount"
    NOTHING_TO_EXPORT = "nothing_to_export"
    FILE_REFUSED = "file_refused"
    NO_CENTRE_ACCOUNT = "no_centre_account"
    SETTLED_BEFORE = "settled_before"
    DAY_AHEAD = "day_ahead"
    DAY_BEFORE_EXPORT = "day_before_export"
    UNREADABLE = "unreadable"
    UNCONFIRMED = "unconfirmed"
    TO_CARD = "to_card"
    BY_PROVIDER = "by_provider"


S, E = RefundState, RefundEvent
TRANSITIONS: Mapping[RefundEvent, Mapping[RefundState, RefundState]] = {
    E.PREPARE: {
        S.DRAFT: S.PENDING_APPROVAL,
        S.PENDING_APPROVAL: S.PENDING_APPROVAL,
        S.APPROVED: S.PENDING_APPROVAL,
        S.RETURNED: S.PENDING_APPROVAL,
    },
    E.SET_CHARGE: {
        S.DRAFT: S.DRAFT,
        S.PENDING_APPROVAL: S.PENDING_APPROVAL,
        S.APPROVED: S.PENDING_APPROVAL,
    },
    E.APPROVE: {S.PENDING_APPROVAL: S.APPROVED},
    E.RETURN_TO_PREPARER: {S.PENDING_APPROVAL: S.DRAFT, S.APPROVED: S.DRAFT},
    E.EXPORT: {S.APPROVED: S.EXPORTED},
    E.SETTLE: {S.EXPORTED: S.SETTLED, S.APPROVED: S.SETTLED},
    E.RETURNED_BY_BANK: {S.EXPORTED: S.RETURNED, S.SETTLED: S.RETURNED},
    E.CANCEL: {
        S.DRAFT: S.CANCELLED,
        S.PENDING_APPROVAL: S.CANCELLED,
        S.APPROVED: S.CANCELLED,
        S.RETURNED: S.CANCELLED,
    },
}
"""The state after each event, by the state before it. From APPROVED only nothing settles at once:
a refund of 0 needs no transfer."""
LIABILITIES = frozenset({S.APPROVED, S.EXPORTED})
"""The states in which the ledger has a refund among what is payable."""
OPEN_STATES = frozenset(S) - {S.SETTLED, S.CANCELLED}
EDITABLE = frozenset(TRANSITIONS[E.PREPARE])
"""The states in which the account of the payee may be entered."""


def state_after(state: RefundState, event: RefundEvent) -> RefundState | None:
    """Return the state after an event, None if the event is impossible in a state."""
    return TRANSITIONS[event].get(state) if event in TRANSITIONS else None


def possible_events(state: RefundState) -> list[RefundEvent]:
    """Return the events that are possible in a state."""
    return [event for event, pairs in TRANSITIONS.items() if state in pairs]


def state_pairs() -> Iterator[tuple[RefundState, RefundState]]:
    """Yield every (before, after) that the table allows; the database allows no other change."""
    for pairs in TRANSITIONS.values():
        for before, after in pairs.items():
            if before is not after:
                yield before, after


def allows_bank_charge(source: RefundSource, percent_kept: int | None) -> bool:
    """Return whether the charge of the bank may be deducted.

    The information note (A9716205) deducts it where less than everything is kept; when the
    Centre cancels, its charges are the Centre's. `percent_kept` is None without a cancellation.
    """
    kept_all = percent_kept is not None and percent_kept >= ALL
    return source is not RefundSource.EDITION_CANCELLED and not kept_all
