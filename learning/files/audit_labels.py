"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "file infected": N_("infected file found and deleted"),
}
