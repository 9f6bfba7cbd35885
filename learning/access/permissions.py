"""The whole permission table."""

from enum import StrEnum


class Role(StrEnum):
    """The roles of people: of the whole site, or in one edition."""

    VISITOR = "visitor"
    MEMBER = "member"  # anybody signed in
    PARTICIPANT = "participant"
    TUTOR = "tutor"
    EXPERT = "expert"
    LEAD = "lead"  # course lead: answers for the teaching of an edition
    REGISTRAR = "registrar"
    FINANCE = "finance"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    OPEN_TO_ALL = "open-to-all"
    OWN_PAGES = "pages:own"
    OWN_ACCOUNT = "account:own"  # security and profile
    READ_LESSONS = "lessons:read"
    READ_EXPERT_NOTES = "lessons:expert-notes"
    SAVE_PROGRESS = "lessons:save-progress"
    READ_ANSWER_KEYS = "questions:read-keys"
    TAKE_QUIZZES = "quizzes:take"
    ANALYSE_QUIZZES = "quizzes:analyse"
    DECIDE_QUIZZES = "quizzes:decide"  # one more attempt, late answers
    SEE_COHORT = "lessons:see-cohort"
    OVERRIDE_MODULES = "lessons:override-modules"
    SEE_GRADEBOOK = "gradebook:read"  # and note contacts with participants
    DECIDE_MARKS = "gradebook:decide"  # exemptions, overrides
    SIGN_CLOSING = "gradebook:sign"
    EXTEND_DEADLINES = "deadlines:extend"
    READ_ACCOMMODATIONS = "accommodations:read"
    DECIDE_ACCOMMODATIONS = "accommodations:write"
    READ_ENROLMENTS = "enrolments:read"
    ENROL = "enrolments:write"
    READ_APPLICATIONS = "applications:read"
    ASSESS = "applications:assess"
    ADMIT = "applications:admit"
    CONFIRM_ENROLMENTS = "applications:confirm"
    CANCEL_EDITIONS = "editions:cancel"
    READ_EDITIONS = "editions:read"
    READ_TRANSLATIONS = "content:translations"
    READ_AUDIT = "audit:read"
    EDIT_EDITIONS = "editions:write"
    SET_COMPETENCES = "competences:write"
    ASSIGN_TUTORS = "tutors:assign"
    READ_PEOPLE = "people:read"
    MANAGE_PEOPLE = "people:manage"
    IMPERSONATE = "people:impersonate"
    SEE_HEALTH = "site:health"
    MANAGE_JOBS = "jobs:manage"
    READ_SENT_EMAILS = "emails:read"
    READ_COURSE_EMAILS = "emails:read-course"  # about applications, enrolments, courses
    ANSWER_MESSAGES = "messages:answer"
    READ_FINANCES = "finances:read"
    MANAGE_FINANCES = "finances:write"  # invoices, payments, statements, refunds
    APPROVE_FINANCES = "finances:approve"  # refunds and waivers that somebody else prepared


P = Permission
VISITOR = frozenset({P.OPEN_TO_ALL})
MEMBER = VISITOR | {P.OWN_PAGES, P.OWN_ACCOUNT}
STAFF = MEMBER | {P.READ_EDITIONS}
TEACHING = {P.READ_LESSONS, P.READ_TRANSLATIONS, P.READ_EXPERT_NOTES, P.ANALYSE_QUIZZES}
TUTOR = (
    STAFF
    | TEACHING
    | {P.SEE_COHORT, P.OVERRIDE_MODULES, P.EXTEND_DEADLINES, P.READ_ACCOMMODATIONS}
    | {P.READ_ANSWER_KEYS}
    | {P.SEE_GRADEBOOK, P.DECIDE_QUIZZES}
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VISITOR: VISITOR,
    Role.MEMBER: MEMBER,
    Role.PARTICIPANT: MEMBER | {P.READ_LESSONS, P.SAVE_PROGRESS, P.TAKE_QUIZZES},
    Role.TUTOR: TUTOR,
    Role.EXPERT: STAFF | TEACHING | {P.READ_APPLICATIONS, P.ASSESS},
    Role.LEAD: TUTOR
    | {P.DECIDE_ACCOMMODATIONS, P.ASSIGN_TUTORS}
    | {P.DECIDE_MARKS, P.SIGN_CLOSING},
    Role.REGISTRAR: STAFF
    | TEACHING
    | {P.SEE_COHORT, P.OVERRIDE_MODULES, P.READ_ENROLMENTS, P.ENROL, P.EDIT_EDITIONS, P.READ_PEOPLE}
    | {P.EXTEND_DEADLINES, P.READ_ACCOMMODATIONS, P.DECIDE_ACCOMMODATIONS}
    | {P.SET_COMPETENCES, P.ASSIGN_TUTORS}
    | {P.READ_APPLICATIONS, P.ASSESS, P.ADMIT, P.CONFIRM_ENROLMENTS, P.ANSWER_MESSAGES}
    | {P.READ_COURSE_EMAILS}
    | {P.SEE_GRADEBOOK, P.DECIDE_MARKS, P.SIGN_CLOSING},
    Role.FINANCE: STAFF
    | {P.READ_ENROLMENTS, P.READ_APPLICATIONS, P.CONFIRM_ENROLMENTS}
    | {P.READ_FINANCES, P.MANAGE_FINANCES},
    Role.APPROVER: STAFF
    | {P.READ_ENROLMENTS, P.READ_APPLICATIONS, P.CANCEL_EDITIONS}
    | {P.READ_FINANCES, P.APPROVE_FINANCES},
    Role.ADMINISTRATOR: STAFF
    | {P.READ_LESSONS}  # to see a course as its participants see it
    | {P.READ_AUDIT, P.READ_TRANSLATIONS, P.READ_PEOPLE, P.MANAGE_PEOPLE, P.IMPERSONATE}
    | {P.SEE_HEALTH, P.MANAGE_JOBS, P.READ_SENT_EMAILS, P.SET_COMPETENCES, P.ASSIGN_TUTORS}
    | {P.ANSWER_MESSAGES, P.READ_COURSE_EMAILS},
    Role.AUDITOR: STAFF | {P.READ_ENROLMENTS, P.READ_APPLICATIONS, P.READ_AUDIT, P.READ_FINANCES},
}

POWERFUL_ROLES = frozenset({Role.ADMINISTRATOR, Role.APPROVER, Role.FINANCE})
"""Who holds one decides about accounts, editions or money: it is granted in two steps."""
TEACHING_ROLES = frozenset({Role.TUTOR, Role.EXPERT, Role.LEAD})
EDITION_ROLES = TEACHING_ROLES | {Role.PARTICIPANT}
NOT_IMPERSONATED = frozenset(
    {P.OWN_ACCOUNT, P.SAVE_PROGRESS, P.TAKE_QUIZZES}
)  # for nobody else's eyes
SITE_ROLES = frozenset(Role) - EDITION_ROLES - {Role.VISITOR, Role.MEMBER}
