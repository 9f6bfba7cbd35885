"""What the rules of deadlines refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class ExtensionProblem(StrEnum):
    """Why somebody gets no more time."""

    FOR_EVERYBODY = "for_everybody"
    TOO_EARLY = "too_early"


LABELS: Labels = {
    (ExtensionProblem, ""): {
        ExtensionProblem.FOR_EVERYBODY: N_("This happens for everybody at once."),
        ExtensionProblem.TOO_EARLY: N_(
            "More time ends after the date for everybody, and not in the past."
        ),
    },
}
