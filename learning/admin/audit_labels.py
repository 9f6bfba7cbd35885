"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "audit trail exported": N_("audit trail downloaded"),
    "address bounces cleared": N_("bounces of an address cleared"),
    "people exported": N_("list of people downloaded"),
    "job discarded": N_("job discarded"),
    "job retried": N_("job tried again"),
}
