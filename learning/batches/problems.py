"""What the rules of batches refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class BatchProblem(StrEnum):
    """Why one of many was not carried out."""

    FAILED = "failed"


LABELS: Labels = {
    (BatchProblem, ""): {
        BatchProblem.FAILED: N_("Something went wrong here; nothing was changed for this person."),
    },
}
