"""What the rules of admin refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class AdminProblem(StrEnum):
    """What staff may not do to an account."""

    NOT_IMPERSONABLE = "not_impersonable"
    SIGNED_UP = "signed_up"
    OWN_ACCOUNT = "own_account"
    OWN_DETAILS = "own_details"
    CLOSED = "closed"
    POWERFUL_ADDRESS = "powerful_address"
    NO_TWO_FACTOR = "no_two_factor"


LABELS: Labels = {
    (AdminProblem, ""): {
        AdminProblem.NOT_IMPERSONABLE: N_(
            "Administrators and closed accounts cannot be viewed as."
        ),
        AdminProblem.SIGNED_UP: N_(
            "This person has a password already, and can ask for a new one."
        ),
        AdminProblem.OWN_ACCOUNT: N_("Nobody closes their own account here."),
        AdminProblem.OWN_DETAILS: N_("Change your own name and address in your profile."),
        AdminProblem.CLOSED: N_("This account is closed: reopen it before it is corrected."),
        AdminProblem.POWERFUL_ADDRESS: N_(
            "People who administer, approve or handle money change their address themselves."
        ),
        AdminProblem.NO_TWO_FACTOR: N_("There is nothing to switch off here."),
    },
}
