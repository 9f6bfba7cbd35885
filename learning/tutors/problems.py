"""What the rules of tutors refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class TutorProblem(StrEnum):
    """Why a competence or a tutor is not saved."""

    NO_ROLE = "no_role"
    NO_TUTOR = "no_tutor"
    NO_PARTICIPANT = "no_participant"
    OWN_TUTOR = "own_tutor"


LABELS: Labels = {
    (TutorProblem, ""): {
        TutorProblem.NO_ROLE: N_("This person has no role in this edition any more."),
        TutorProblem.NO_TUTOR: N_("This person is no longer a tutor of this edition."),
        TutorProblem.NO_PARTICIPANT: N_("This person no longer takes part in this edition."),
        TutorProblem.OWN_TUTOR: N_("Nobody can be their own tutor."),
    },
}
