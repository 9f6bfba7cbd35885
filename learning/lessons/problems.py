"""What the rules of lessons refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class ModuleOverrideProblem(StrEnum):
    """Why a module does not open earlier."""

    REASON = "reason"


LABELS: Labels = {
    (ModuleOverrideProblem, ""): {
        ModuleOverrideProblem.REASON: N_("Say why this person may begin earlier."),
    },
}
