"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "closing sheet signed": N_("closing sheet signed"),
    "contact noted": N_("contact with a participant noted"),
    "edition closed": N_("edition closed from its sheet"),
    "exemption removed": N_("exemption taken back"),
    "gradebook exported": N_("gradebook exported"),
    "mark overridden": N_("mark overridden"),
    "override lifted": N_("override of a mark lifted"),
    "person exempted": N_("exemption given"),
}
