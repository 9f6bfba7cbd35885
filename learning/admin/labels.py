"""Labels of the pages of administration."""

from learning.access.permissions import Role
from learning.accounts.emails import CORRECTED_FIELDS
from learning.accounts.rules import RoleProblem
from learning.admin import problems
from learning.admin.email_labels import EMAIL_LABELS
from learning.admin.job_labels import JOB_LABELS
from learning.admissions.commands.edition_notices import BY_HAND, TAKING_PART
from learning.admissions.labels import STATES
from learning.catalogue.models import EditionStatus
from learning.catalogue.rules import Inconsistency
from learning.catalogue.statements import Fact
from learning.content.activity_types import DeadlineKind
from learning.jobs.models import JobState
from learning.kit.i18n import N_
from learning.kit.labels import Labels
from learning.mail.models import EmailState

DATE_LABELS = {
    "apply_until": N_("Apply until"),
    "starts_on": N_("Begins"),
    "project_due_on": N_("Final work due"),
    "ends_on": N_("Ends"),
}
DAY_MEANINGS = {
    "apply_until": N_("Applications close at the end of this day."),
    "starts_on": N_("The course opens. Every date of the course moves with this day."),
    "project_due_on": N_("The final work is handed in by the end of this day."),
    "ends_on": N_("The last day of the course."),
}
KIND_MEANINGS: dict[DeadlineKind, str] = {
    DeadlineKind.DUE: N_("Work is due; single people can get an extension."),
    DeadlineKind.TARGET: N_("A target: nothing closes."),
    DeadlineKind.EVENT: N_("Opens or appears for everybody at once."),
}
"""What hangs on the dates of an edition."""
FIELD_LABELS = DATE_LABELS | {
    "zone": N_("Time zone"),
    "fee": N_("Fee"),
    "policy_version": N_("Cancellation policy"),
    "languages": N_("Languages"),
}
STATE_LABELS = {str(state): name for state, name in STATES.items()} | {
    BY_HAND: N_("place assigned manually"),
    TAKING_PART: N_("participants"),
}
FINDING_MESSAGES = {
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
    Inconsistency.OTHER_SEATS: N_(
        "The texts name another number of places than the edition: %(found)s."
    ),
    Inconsistency.OTHER_FEE: N_("The texts name another fee than the edition: %(found)s"),
    Inconsistency.OTHER_NOTICE: N_(
        "The texts name other days for cancelling than the edition’s rules: %(found)s"
    ),
    Inconsistency.OTHER_SHARE: N_(
        "The texts name other shares for cancelling than the edition’s rules: %(found)s"
    ),
    Inconsistency.DATES_ORDER: N_(
        "These dates do not come after what comes before them in the course: %(found)s"
    ),
    Inconsistency.DATES_OUTSIDE: N_(
        "These dates lie before the first day or behind the last one: %(found)s"
    ),
    Inconsistency.WEEKDAY: N_("No calendar has these days, or not on that weekday: %(found)s"),
}
FACT_LABELS = {
    Fact.FIRST_DAY: N_("First day"),
    Fact.LAST_DAY: N_("Last day"),
    Fact.DEADLINE: N_("Last day to apply"),
    Fact.WORK_DUE: N_("Final work due"),
    Fact.WEEKDAY: N_("Weekday"),
    Fact.WORKLOAD: N_("Hours a week"),
    Fact.TOTAL: N_("Learning hours in all"),
    Fact.WEEKS: N_("Weeks"),
    Fact.FEE: N_("Fee"),
    Fact.SEATS: N_("Places"),
    Fact.NOTICE: N_("Days of notice for cancelling"),
    Fact.SHARE: N_("Share charged or refunded"),
}
CHECK_LABELS = {
    "schema": N_("Database schema"),
    "foreign keys": N_("Foreign keys"),
    "orphan rows": N_("Orphan rows"),
    "audit chain": N_("Chain of the audit trail"),
    "worker": N_("Worker"),
    "audit seals": N_("Seals of the audit trail"),
    "outbox": N_("Waiting jobs"),
    "failed jobs": N_("Failed jobs"),
    "e-mails held back": N_("E-mails held back on our side"),
    "administrators": N_("Administrators"),
    "enrolments": N_("Applications, places and roles"),
    "seats": N_("Places of editions"),
    "books": N_("Ledger and documents"),
    "settings": N_("Settings"),
    "organiser": N_("Organiser"),
    "time zones": N_("Time zones"),
    "sqlite": N_("SQLite"),
    "disk": N_("Disk"),
    "files folder": N_("Folder of files"),
    "mail server": N_("Mail server"),
    "scanner": N_("Virus scanner"),
}
ROLE_LABELS = {
    Role.PARTICIPANT: N_("participant"),
    Role.TUTOR: N_("tutor"),
    Role.EXPERT: N_("expert"),
    Role.LEAD: N_("course lead"),
    Role.REGISTRAR: N_("registrar"),
    Role.FINANCE: N_("finance"),
    Role.APPROVER: N_("approver"),
    Role.ADMINISTRATOR: N_("administrator"),
    Role.AUDITOR: N_("auditor"),
}
ROLE_POWERS = {
    Role.ADMINISTRATOR: (
        N_("correct, close and open every account, and assign every role"),
        N_("view the pages as any other person, without changing anything"),
        N_("read the audit trail and every e-mail that was sent"),
    ),
    Role.APPROVER: (
        N_("cancel an edition, with everybody’s place in it"),
        N_("read all applications and enrolments"),
    ),
    Role.FINANCE: (
        N_("confirm places: what is paid, guaranteed or waived"),
        N_("read all applications and enrolments, with who is billed"),
    ),
}
"""What holders of the powerful roles may do, for the page on which they are granted."""
STATUS_CONSEQUENCES = {
    EditionStatus.DRAFT: (
        N_("The edition leaves the courses on offer, and its page cannot be found any more."),
        N_("Nobody can apply."),
    ),
    EditionStatus.OPEN: (
        N_("The edition is among the courses on offer, with its dates, fee and texts."),
        N_("Anybody can apply until the last day for applications."),
    ),
    EditionStatus.RUNNING: (
        N_("No further application can be begun; the button to apply goes."),
        N_("Those who have a place find the course under This week, and get e-mails about it."),
    ),
    EditionStatus.FINISHED: (
        N_("The course leaves This week; all its modules stay open for those who had a place."),
        N_("No more e-mails about the course are sent. This state stays."),
    ),
    EditionStatus.CANCELLED: (
        N_("The edition leaves the courses on offer, and its page cannot be found any more."),
        N_("Nobody has applied or has a place, so no e-mail is sent. This state stays."),
    ),
}
"""What people see once an edition has a state, for the page on which it is confirmed."""
ROLE_MESSAGES = {
    RoleProblem.OWN: N_("Nobody changes their own roles. Ask another administrator."),
    RoleProblem.LAST_ADMINISTRATOR: N_("This is the last administrator; name another one first."),
    RoleProblem.FROM_ENROLMENT: N_(
        "The role of participant comes with the place. Withdraw the place instead."
    ),
}
JOB_STATE_LABELS = {
    JobState.WAITING: N_("waiting"),
    JobState.RUNNING: N_("running"),
    JobState.DONE: N_("done"),
    JobState.DEAD: N_("failed"),
    JobState.DISCARDED: N_("discarded"),
}
EMAIL_STATE_LABELS = {  # for one e-mail; EMAIL_STATE_PLURALS is for a count of them
    EmailState.WAITING: N_("waits"),
    EmailState.SENT: N_("sent"),
    EmailState.FAILED: N_("was refused"),
    EmailState.SKIPPED: N_("not sent"),
}
EMAIL_STATE_PLURALS = {
    EmailState.WAITING: N_("waiting"),
    EmailState.SENT: N_("sent out"),
    EmailState.FAILED: N_("refused"),
    EmailState.SKIPPED: N_("not sent out"),
}
LABELS: Labels = {
    **problems.LABELS,
    (RoleProblem, ""): ROLE_MESSAGES,
    (Fact, ""): FACT_LABELS,
    (Inconsistency, ""): FINDING_MESSAGES,
    (JobState, ""): JOB_STATE_LABELS,
    (EmailState, ""): EMAIL_STATE_PLURALS,
    (EmailState, "one"): EMAIL_STATE_LABELS,
    (Role, ""): ROLE_LABELS,
    (str, "email"): EMAIL_LABELS,
    (str, "job"): JOB_LABELS,
    (str, "account-field"): CORRECTED_FIELDS,
    (str, "check"): CHECK_LABELS,
    (str, "day"): DATE_LABELS,
    (str, "holder"): STATE_LABELS,
}
