"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "message answered": N_("message to the course team answered"),
    "spam deleted": N_("message to the course team deleted as spam"),
}
