"""Labels of the statuses and events of enrolments."""

from learning.enrolment.rules import (
    MESSAGES,
    ActorRole,
    EnrolmentEvent,
    EnrolmentGuard,
    EnrolmentProblem,
    EnrolmentStatus,
)
from learning.kit.i18n import N_
from learning.kit.labels import Labels

STATUSES: dict[EnrolmentStatus, str] = {
    EnrolmentStatus.ACTIVE: N_("Active"),
    EnrolmentStatus.WITHDRAWN: N_("Withdrawn"),
    EnrolmentStatus.COMPLETED: N_("Completed"),
    EnrolmentStatus.NOT_COMPLETED: N_("Not completed"),
    EnrolmentStatus.NO_SHOW: N_("No-show"),
    EnrolmentStatus.CANCELLED: N_("Cancelled"),
}
CHANGES: dict[EnrolmentEvent, str] = {
    EnrolmentEvent.CLOSE: N_("Close: not completed"),
    EnrolmentEvent.MARK_NO_SHOW: N_("Close: no-show"),
    EnrolmentEvent.REINSTATE: N_("Reinstate"),
}
"""What staff do to one person, by name."""
HAPPENED: dict[EnrolmentEvent, str] = {
    EnrolmentEvent.ENROL: N_("enrolled"),
    EnrolmentEvent.RE_ENROL: N_("enrolled again"),
    EnrolmentEvent.WITHDRAW: N_("place withdrawn"),
    EnrolmentEvent.CANCEL: N_("place cancelled"),
    EnrolmentEvent.TRANSFER: N_("transferred to another edition"),
    EnrolmentEvent.SUBSTITUTE: N_("replaced by a substitute"),
    EnrolmentEvent.CANCEL_EDITION: N_("course cancelled"),
    EnrolmentEvent.COMPLETE: N_("course completed"),
    EnrolmentEvent.CLOSE: N_("not completed"),
    EnrolmentEvent.MARK_NO_SHOW: N_("no-show"),
    EnrolmentEvent.REINSTATE: N_("reinstated"),
}
CAPACITIES: dict[ActorRole, str] = {
    ActorRole.APPLICANT: N_("candidate"),
    ActorRole.PARTICIPANT: N_("participant"),
    ActorRole.SPONSOR: N_("sponsor"),
    ActorRole.REGISTRAR: N_("registrar"),
    ActorRole.FINANCE: N_("finance"),
    ActorRole.APPROVER: N_("approver"),
    ActorRole.SYSTEM: N_("automatically"),
}
LABELS: Labels = {
    (EnrolmentGuard, ""): {each: MESSAGES[each] for each in EnrolmentGuard},
    (EnrolmentProblem, ""): {each: MESSAGES[each] for each in EnrolmentProblem},
    (ActorRole, ""): CAPACITIES,
    (EnrolmentStatus, ""): STATUSES,
    (EnrolmentEvent, ""): HAPPENED,
    (EnrolmentEvent, "change"): CHANGES,
}
