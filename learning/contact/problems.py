"""What the rules of contact refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class ContactProblem(StrEnum):
    """Why a message is neither marked nor deleted."""

    ANSWERED = "answered"
    DELETED = "deleted"


LABELS: Labels = {
    (ContactProblem, ""): {
        ContactProblem.ANSWERED: N_("Somebody has already marked this message as answered."),
        ContactProblem.DELETED: N_("Somebody has already deleted this message."),
    },
}
