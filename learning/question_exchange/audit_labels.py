"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {"questions exported": N_("question bank downloaded, with its answers")}
