"""What the states of an edition are called."""

from learning.catalogue.models import EditionStatus
from learning.kit.i18n import N_

STATUSES = {
    EditionStatus.DRAFT: N_("Being prepared"),
    EditionStatus.OPEN: N_("Open for applications"),
    EditionStatus.RUNNING: N_("Running"),
    EditionStatus.FINISHED: N_("Finished"),
    EditionStatus.CANCELLED: N_("Cancelled"),
}
