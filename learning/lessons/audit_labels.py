"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "module override removed": N_("early opening of a module removed"),
    "progress exported": N_("progress of a cohort downloaded"),
    "module override added": N_("module opened early"),
}
