"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "enrolments exported": N_("people of an edition downloaded"),
}
