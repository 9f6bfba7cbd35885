"""What the pages of the house call things."""

from learning.access.permissions import Role
from learning.accounts.rules import RoleFault
from learning.catalogue.rules import Inconsistency
from learning.catalogue.statements import Fact
from learning.enrolment.change_notices import BY_HAND
from learning.enrolment.words import STATES
from learning.jobs.models import JobState
from learning.kit.i18n import N_
from learning.mail.models import MailState

DAY_NAMES = {
    "apply_until": N_("Apply until"),
    "starts_on": N_("Begins"),
    "project_due_on": N_("Final work due"),
    "ends_on": N_("Ends"),
}
CHANGED = DAY_NAMES | {
    "zone": N_("Time zone"),
    "fee": N_("Fee"),
    "languages": N_("Languages"),
}
HOLDERS = {str(state): name for state, name in STATES.items()} | {
    BY_HAND: N_("place given by hand"),
}
FINDINGS = {
    Inconsistency.LENGTH: N_(
        "From the first day to the last it is %(found)s weeks, not as many as stated."
    ),
    Inconsistency.WORKLOAD: N_(
        "Hours a week times weeks gives %(found)s hours, not the learning hours stated."
    ),
    Inconsistency.COURSE_HOURS: N_(
        "The course itself takes %(found)s hours, not the learning hours stated."
    ),
    Inconsistency.DEADLINES: N_(
        "The days are not in order: applications end, the edition begins, the final "
        "work is due, the edition ends."
    ),
    Inconsistency.LANGUAGES: N_("The text is missing in: %(found)s."),
    Inconsistency.PAST: N_("The last day for applications is over already."),
    Inconsistency.TWO_STARTS: N_("The texts name more than one first day: %(found)s"),
    Inconsistency.TWO_WORKLOADS: N_(
        "The texts name more than one workload a week: %(found)s hours."
    ),
    Inconsistency.OTHER_START: N_("The texts name another first day than the edition: %(found)s"),
    Inconsistency.OTHER_WORKLOAD: N_(
        "The texts name another workload a week than the edition: %(found)s hours."
    ),
    Inconsistency.OTHER_TOTAL: N_(
        "The texts name another number of learning hours than the edition: %(found)s."
    ),
    Inconsistency.OTHER_END: N_("The texts name another last day than the edition: %(found)s"),
    Inconsistency.OTHER_DEADLINE: N_(
        "The texts name another last day to apply than the edition: %(found)s"
    ),
    Inconsistency.OTHER_DUE: N_(
        "The texts name another day for the final work than the edition: %(found)s"
    ),
    Inconsistency.OTHER_WEEKS: N_(
        "The texts name another number of weeks than the edition: %(found)s."
    ),
    Inconsistency.OTHER_PLACES: N_(
        "The texts name another number of places than the edition: %(found)s."
    ),
    Inconsistency.OTHER_FEE: N_("The texts name another fee than the edition: %(found)s"),
    Inconsistency.WEEKDAY: N_("No calendar has these days, or not on that weekday: %(found)s"),
}
FACTS = {
    Fact.FIRST_DAY: N_("First day"),
    Fact.LAST_DAY: N_("Last day"),
    Fact.DEADLINE: N_("Last day to apply"),
    Fact.WORK_DUE: N_("Final work due"),
    Fact.WEEKDAY: N_("Weekday"),
    Fact.WORKLOAD: N_("Hours a week"),
    Fact.TOTAL: N_("Learning hours in all"),
    Fact.WEEKS: N_("Weeks"),
    Fact.FEE: N_("Fee"),
    Fact.PLACES: N_("Places"),
}
CHECKS = {
    "schema": N_("Database schema"),
    "foreign keys": N_("Foreign keys"),
    "orphan rows": N_("Orphan rows"),
    "audit chain": N_("Chain of the audit trail"),
    "worker": N_("Worker"),
    "audit seals": N_("Seals of the audit trail"),
    "outbox": N_("Waiting work"),
    "dead letters": N_("Work given up"),
    "e-mails held back": N_("E-mails held back by our own side"),
    "administrators": N_("Administrators"),
    "places": N_("Applications, places and roles"),
    "seats": N_("Places of editions"),
    "settings": N_("Settings"),
    "time zones": N_("Time zones"),
    "sqlite": N_("SQLite"),
    "disk": N_("Disk"),
    "files folder": N_("Folder of files"),
    "mail server": N_("Mail server"),
    "scanner": N_("Virus scanner"),
}
ROLES = {
    Role.PARTICIPANT: N_("participant"),
    Role.SPONSOR: N_("sponsor"),
    Role.TUTOR: N_("tutor"),
    Role.EXPERT: N_("expert"),
    Role.REGISTRAR: N_("registrar"),
    Role.FINANCE: N_("finance"),
    Role.APPROVER: N_("approver"),
    Role.ADMINISTRATOR: N_("administrator"),
    Role.AUDITOR: N_("auditor"),
}
ROLE_FAULTS = {
    RoleFault.OWN: N_("Nobody changes their own roles. Ask another administrator."),
    RoleFault.LAST_ADMINISTRATOR: N_("This is the last administrator; name another one first."),
    RoleFault.OF_A_PLACE: N_("Participants are made by their place. Withdraw the place instead."),
}
JOB_STATES = {
    JobState.WAITING: N_("waiting"),
    JobState.TAKEN: N_("being done"),
    JobState.DONE: N_("done"),
    JobState.DEAD: N_("given up"),
    JobState.DISCARDED: N_("put aside"),
}
MAIL_STATE = {  # what is said of one e-mail; MAIL_STATES is said of so many
    MailState.WAITING: N_("waits"),
    MailState.SENT: N_("went out"),
    MailState.FAILED: N_("was refused"),
    MailState.SKIPPED: N_("did not go out"),
}
MAIL_STATES = {
    MailState.WAITING: N_("waiting"),
    MailState.SENT: N_("sent"),
    MailState.FAILED: N_("refused"),
    MailState.SKIPPED: N_("not sent"),
}
