"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "edition cancelled": N_("edition cancelled"),
    "edition changed": N_("edition changed"),
    "edition date changed": N_("date of an edition changed"),
    "edition draft": N_("edition returned to draft"),
    "edition finished": N_("edition finished"),
    "edition created": N_("edition created"),
    "edition open": N_("edition published"),
    "edition running": N_("edition started"),
    "policy stored": N_("cancellation policy stored"),
}
