"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "accommodation changed": N_("accommodation of a person changed"),
    "deadline extended": N_("more time given for a date"),
    "extension removed": N_("more time taken back"),
}
