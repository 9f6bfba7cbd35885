"""What the rules of accounts refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class AccountProblem(StrEnum):
    """Why an account is not made or changed."""

    ACCOUNT_EXISTS = "account_exists"
    ADDRESS_TAKEN = "address_taken"
    LINK_USED = "link_used"
    IMPERSONATION_OVER = "impersonation_over"


LABELS: Labels = {
    (AccountProblem, ""): {
        AccountProblem.ACCOUNT_EXISTS: N_(
            "There is an account with this address already. Sign in."
        ),
        AccountProblem.ADDRESS_TAKEN: N_("Another account uses this address already."),
        AccountProblem.LINK_USED: N_("This link has been used already."),
        AccountProblem.IMPERSONATION_OVER: N_(
            "You are no longer viewing the pages as somebody else. Nothing was changed."
        ),
    },
}
