"""What the rules of participants refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class EnrolProblem(StrEnum):
    """Why staff cannot enrol or withdraw somebody."""

    LINES = "lines"
    SEATS = "seats"
    APPLIED = "applied"
    BY_APPLICATION = "by_application"
    NO_PLACE = "no_place"
    BAD_LINE = "bad_line"
    OTHER_NAME = "other_name"


LABELS: Labels = {
    (EnrolProblem, ""): {
        EnrolProblem.LINES: N_("Some lines cannot be carried out; nothing was changed."),
        EnrolProblem.SEATS: N_(
            "There are not enough places left in this edition; nothing was changed."
        ),
        EnrolProblem.APPLIED: N_(
            "Has applied to this edition: decide about the application instead"
        ),
        EnrolProblem.BY_APPLICATION: N_(
            "This place was applied for: cancel it with its application."
        ),
        EnrolProblem.NO_PLACE: N_("No place was left in the edition."),
        EnrolProblem.BAD_LINE: N_("The line cannot be carried out."),
        EnrolProblem.OTHER_NAME: N_("The address belongs to somebody of another name now."),
    },
}
