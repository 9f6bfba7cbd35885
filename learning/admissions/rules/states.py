"""The states of an application, and its events; pure."""

from enum import StrEnum


class ApplicationState(StrEnum):
    """The state of an application; stored, and changed along `TRANSITIONS` only."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    AWAITING_INFO = "awaiting_info"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"
    ENROLLED = "enrolled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    TRANSFERRED_OUT = "transferred_out"
    SUBSTITUTED_OUT = "substituted_out"
    LAPSED = "lapsed"
    EDITION_CANCELLED = "edition_cancelled"


class ApplicationEvent(StrEnum):
    """An event that changes an application."""

    CREATE = "create"
    SUBMIT = "submit"
    START_REVIEW = "start_review"
    REQUEST_INFO = "request_info"
    PROVIDE_INFO = "provide_info"
    ACCEPT = "accept"
    WAITLIST = "waitlist"
    PROMOTE = "promote"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    ACTIVATE = "activate"
    LAPSE = "lapse"
    CANCEL = "cancel"
    TRANSFER = "transfer"
    SUBSTITUTE = "substitute"
    CANCEL_EDITION = "cancel_edition"
    REOPEN = "reopen"


PENDING = frozenset(
    {
        ApplicationState.SUBMITTED,
        ApplicationState.UNDER_REVIEW,
        ApplicationState.AWAITING_INFO,
        ApplicationState.WAITLISTED,
    }
)
EDITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.AWAITING_INFO})
"""States in which candidates change their answers."""
ASSESSABLE = PENDING - {ApplicationState.WAITLISTED}
"""Scores are given until a decision; the waiting list is in the order of those given before."""
ACTIVE_STATES = PENDING | {ApplicationState.DRAFT, ApplicationState.ACCEPTED}
