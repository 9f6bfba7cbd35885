"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "enrolment cancel": N_("place cancelled"),
    "enrolment cancel_edition": N_("enrolment ended with its edition"),
    "enrolment close": N_("course not completed"),
    "enrolment complete": N_("course completed"),
    "enrolment enrol": N_("enrolled"),
    "enrolment mark_no_show": N_("no-show"),
    "enrolment re_enrol": N_("enrolled again"),
    "enrolment reinstate": N_("reinstated"),
    "enrolment substitute": N_("place passed to a substitute"),
    "enrolment transfer": N_("place transferred to another edition"),
    "enrolment withdraw": N_("place withdrawn"),
}
