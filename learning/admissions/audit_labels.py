"""What the audit actions of this package are called on pages."""

from learning.kit.i18n import N_

AUDIT_LABELS = {
    "application accept": N_("application accepted"),
    "application activate": N_("place confirmed"),
    "application provide_info": N_("question about an application answered"),
    "application request_info": N_("question asked about an application"),
    "application assessed": N_("application assessed"),
    "application cancel": N_("place cancelled"),
    "application cancel_edition": N_("application ended with its edition"),
    "application create": N_("application begun"),
    "application decline": N_("application declined"),
    "application lapse": N_("seat not taken up"),
    "application start_review": N_("review of an application started"),
    "application promote": N_("seat given from the waiting list"),
    "application reopen": N_("application reopened"),
    "application submit": N_("application sent"),
    "application substitute": N_("place passed to a substitute"),
    "application transfer": N_("place transferred to another edition"),
    "application waitlist": N_("application put on the waiting list"),
    "application withdraw": N_("application withdrawn"),
    "applications exported": N_("applications exported"),
    "draft discarded": N_("draft of an application discarded"),
    "letter removed": N_("nomination letter taken off an application"),
    "letter sent": N_("nomination letter attached to an application"),
    "nomination letter received": N_("nomination letter received"),
    "person nominated": N_("person nominated by a sponsor"),
    "seat offered": N_("seat offered"),
    "nomination requested": N_("sponsor asked for a nomination"),
    "statistics exported": N_("statistics of an edition downloaded"),
    "sponsor statement received": N_("sponsor stated who pays"),
}
