"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "quiz attempt released": N_("one more attempt at a quiz released"),
    "quiz marked again": N_("quiz marked again after a question was corrected"),
    "late answers accepted": N_("late answers to a quiz accepted"),
    "late answers refused": N_("late answers to a quiz refused"),
}
