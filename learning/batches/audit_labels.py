"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "operation started": N_("bulk operation started"),
    "operation cancelled": N_("bulk operation cancelled"),
}
