"""Labels of requirements, their states, and what else the gradebook stores."""

from learning.content.activity_types import RequirementKey
from learning.gradebook.models import ContactChannel
from learning.gradebook.problems import LABELS as PROBLEMS
from learning.gradebook.rules.closing import BorderlineReason, ClosingOutcome
from learning.gradebook.rules.completion import RequirementState
from learning.gradebook.rules.decisions import Signatory
from learning.kit.i18n import N_
from learning.kit.labels import Labels

REQUIREMENTS: dict[RequirementKey, str] = {
    RequirementKey.QUIZZES: N_("Module quizzes"),
    RequirementKey.DISCUSSIONS: N_("Discussions"),
    RequirementKey.PEER: N_("Work assessed by peers"),
    RequirementKey.GROUP: N_("Group exercise"),
    RequirementKey.LIVE: N_("Live sessions"),
    RequirementKey.PROJECT: N_("Final project"),
}
SHORT: dict[RequirementKey, str] = {
    RequirementKey.QUIZZES: N_("Quizzes"),
    RequirementKey.DISCUSSIONS: N_("Discussions"),
    RequirementKey.PEER: N_("Peers"),
    RequirementKey.GROUP: N_("Group"),
    RequirementKey.LIVE: N_("Sessions"),
    RequirementKey.PROJECT: N_("Project"),
}
"""Names for the heads of narrow columns."""
STATES: dict[RequirementState, str] = {
    RequirementState.MET: N_("met"),
    RequirementState.EXEMPT: N_("exempt"),
    RequirementState.WAITING: N_("waiting for a mark"),
    RequirementState.PENDING: N_("open"),
    RequirementState.FAILED: N_("not passed yet"),
    RequirementState.IMPOSSIBLE: N_("not passed"),
}
CHANNELS: dict[ContactChannel, str] = {
    ContactChannel.EMAIL: N_("E-mail"),
    ContactChannel.PHONE: N_("Phone"),
    ContactChannel.MESSAGE: N_("Message"),
    ContactChannel.MEETING: N_("Conversation"),
}
LABELS: Labels = {
    **PROBLEMS,
    (RequirementKey, ""): REQUIREMENTS,
    (RequirementKey, "short"): SHORT,
    (RequirementState, ""): STATES,
    (ContactChannel, ""): CHANNELS,
    (ClosingOutcome, ""): {
        ClosingOutcome.COMPLETED: N_("completed"),
        ClosingOutcome.NOT_COMPLETED: N_("not completed"),
        ClosingOutcome.NO_SHOW: N_("no-show"),
    },
    (BorderlineReason, ""): {
        BorderlineReason.ONE_OPEN: N_("one requirement is open"),
        BorderlineReason.NEAR_PASS: N_("a mark is less than five points below its pass mark"),
        BorderlineReason.WAITING: N_("a mark is not published yet"),
    },
    (Signatory, ""): {
        Signatory.LEAD: N_("Course lead"),
        Signatory.REGISTRAR: N_("Registrar"),
    },
}
