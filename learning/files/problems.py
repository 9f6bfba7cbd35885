"""What the rules of files refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class FileProblem(StrEnum):
    """Why a file is not handed out."""

    BEING_CHECKED = "being_checked"


LABELS: Labels = {
    (FileProblem, ""): {
        FileProblem.BEING_CHECKED: N_(
            "The file was received and is being checked. It can be opened in a few minutes."
        ),
    },
}
