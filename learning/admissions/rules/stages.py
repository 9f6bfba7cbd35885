"""The stage of a person, as pages show it: from the application, later from the enrolment.

A stage is not stored: the application says how a person got in, the enrolment whether they take
part.
"""

from enum import StrEnum

from learning.admissions.rules.states import PENDING, ApplicationState
from learning.enrolment.rules import EnrolmentEvent, EnrolmentStatus


class Stage(StrEnum):
    """An application's state, or the status of its enrolment."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    AWAITING_INFO = "awaiting_info"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    NO_SHOW = "no_show"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    TRANSFERRED_OUT = "transferred_out"
    SUBSTITUTED_OUT = "substituted_out"
    LAPSED = "lapsed"
    EDITION_CANCELLED = "edition_cancelled"


OF_STATUS = {
    EnrolmentStatus.ACTIVE: Stage.ENROLLED,
    EnrolmentStatus.COMPLETED: Stage.COMPLETED,
    EnrolmentStatus.NOT_COMPLETED: Stage.NOT_COMPLETED,
    EnrolmentStatus.NO_SHOW: Stage.NO_SHOW,
}
"""What becomes of somebody who keeps their seat; of who is out, the event says how they left."""
OF_EVENT = {
    EnrolmentEvent.WITHDRAW: Stage.CANCELLED,
    EnrolmentEvent.CANCEL: Stage.CANCELLED,
    EnrolmentEvent.TRANSFER: Stage.TRANSFERRED_OUT,
    EnrolmentEvent.SUBSTITUTE: Stage.SUBSTITUTED_OUT,
    EnrolmentEvent.CANCEL_EDITION: Stage.EDITION_CANCELLED,
}
PENDING_STAGES = frozenset(Stage(state) for state in PENDING)
TOOK_PART = frozenset(OF_STATUS.values())
"""Who takes part, or did until the end."""
SEATED = TOOK_PART | {Stage.ACCEPTED}
"""Who has a seat."""
LEFT = frozenset(Stage) - SEATED - PENDING_STAGES - {Stage.DRAFT}
"""Who is no longer in this edition, or never was."""


def stage_of(
    state: ApplicationState,
    status: EnrolmentStatus | None = None,
    event: EnrolmentEvent | None = None,
) -> Stage:
    """Return a stage; `status` is that of the application's enrolment.

    The status is None if the person has left and returned since. `event` is the last event of
    the enrolment in the period of this application.
    """
    if state is not ApplicationState.ENROLLED:
        return Stage(state)
    if status in OF_STATUS:
        return OF_STATUS[status]
    return OF_EVENT.get(event, Stage.CANCELLED) if event else Stage.CANCELLED
