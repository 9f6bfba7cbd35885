"""What the rules of catalogue refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class EditionProblem(StrEnum):
    """Why an edition is not saved."""

    CODE_TAKEN = "code_taken"
    CODE_FIXED = "code_fixed"
    DATE_OF_EDITION = "date_of_edition"
    DATE_PAST = "date_past"
    STATUS = "status"
    INCONSISTENT = "inconsistent"


LABELS: Labels = {
    (EditionProblem, ""): {
        EditionProblem.CODE_TAKEN: N_("There is an edition with this code already."),
        EditionProblem.CODE_FIXED: N_(
            "The code of an edition is used in the URL and cannot be changed."
        ),
        EditionProblem.DATE_OF_EDITION: N_(
            "This date lies on a day of the edition: change that day."
        ),
        EditionProblem.DATE_PAST: N_(
            "A new date lies ahead of us: nobody can keep to one that is over."
        ),
        EditionProblem.STATUS: N_("An edition in this state cannot be put into that one."),
        EditionProblem.INCONSISTENT: N_(
            "Nothing is saved: this edition is public, and it would contradict itself."
        ),
    },
}
