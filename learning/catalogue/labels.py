"""Labels of the states of an edition, and of the outcomes of a cancellation."""

from learning.catalogue import problems
from learning.catalogue.cancellation import NoticeError, Outcome
from learning.catalogue.models import EditionStatus
from learning.kit.i18n import N_
from learning.kit.labels import Labels

STATUS_LABELS = {
    EditionStatus.DRAFT: N_("Draft"),
    EditionStatus.OPEN: N_("Open for applications"),
    EditionStatus.RUNNING: N_("Running"),
    EditionStatus.FINISHED: N_("Finished"),
    EditionStatus.CANCELLED: N_("Cancelled"),
}
OUTCOMES = {
    Outcome.FULL_REFUND: N_("Full refund of what was paid."),
    Outcome.PARTIAL_REFUND: N_("%(refund)s refund of what was paid."),
    Outcome.NO_REFUND: N_("No refund of what was paid."),
    Outcome.NOTHING_PAID: N_(
        "A fellowship pays for the place: nothing was paid, so there is no refund."
    ),
}
NOTICE_ERRORS = {
    NoticeError.AFTER_TODAY: N_("A notice cannot arrive after today."),
    NoticeError.BEFORE_AGREEMENT: N_("A notice cannot arrive before the place was given."),
}
LABELS: Labels = {
    **problems.LABELS,
    (EditionStatus, ""): STATUS_LABELS,
    (NoticeError, ""): NOTICE_ERRORS,
}
