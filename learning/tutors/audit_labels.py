"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "competences changed": N_("modules and languages of a teacher changed"),
    "tutor assigned": N_("tutor assigned"),
}
