"""What the rules of access refuse, by code, with the sentence that people read."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class AccessProblem(StrEnum):
    """What the guard forbids."""

    IMPERSONATING = "impersonating"


LABELS: Labels = {
    (AccessProblem, ""): {
        AccessProblem.IMPERSONATING: N_(
            "You are viewing the pages as somebody else; nothing can be changed."
        ),
    },
}
