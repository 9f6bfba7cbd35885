"""The whole permission table, on one screen."""

from enum import StrEnum


class Role(StrEnum):
    """Everybody who comes here (docs/architecture.md, section 4)."""

    VISITOR = "visitor"
    MEMBER = "member"  # anybody signed in
    PARTICIPANT = "participant"
    SPONSOR = "sponsor"
    TUTOR = "tutor"
    EXPERT = "expert"
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
    KEEP_PROGRESS = "lessons:keep-progress"
    SEE_COHORT = "lessons:see-cohort"
    OPEN_EARLY = "lessons:open-early"
    READ_ENROLMENTS = "enrolments:read"
    ENROL = "enrolments:write"
    READ_APPLICATIONS = "applications:read"
    ASSESS = "applications:assess"
    ADMIT = "applications:admit"
    CONFIRM_PLACES = "applications:confirm"
    CANCEL_EDITIONS = "editions:cancel"
    READ_EDITIONS = "editions:read"
    READ_TRANSLATIONS = "content:translations"
    READ_AUDIT = "audit:read"
    EDIT_EDITIONS = "editions:write"
    READ_PEOPLE = "people:read"
    MANAGE_PEOPLE = "people:manage"
    SEE_AS = "people:see-as"
    SEE_HEALTH = "site:health"
    MANAGE_JOBS = "jobs:manage"


P = Permission
VISITOR = frozenset({P.OPEN_TO_ALL})
MEMBER = VISITOR | {P.OWN_PAGES, P.OWN_ACCOUNT}
STAFF = MEMBER | {P.READ_EDITIONS}
TEACHING = {P.READ_LESSONS, P.READ_TRANSLATIONS, P.READ_EXPERT_NOTES}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VISITOR: VISITOR,
    Role.MEMBER: MEMBER,
    Role.PARTICIPANT: MEMBER | {P.READ_LESSONS, P.KEEP_PROGRESS},
    Role.SPONSOR: MEMBER,
    Role.TUTOR: STAFF | TEACHING | {P.SEE_COHORT, P.OPEN_EARLY},
    Role.EXPERT: STAFF | TEACHING | {P.READ_APPLICATIONS, P.ASSESS},
    Role.REGISTRAR: STAFF
    | TEACHING
    | {P.SEE_COHORT, P.OPEN_EARLY, P.READ_ENROLMENTS, P.ENROL, P.EDIT_EDITIONS, P.READ_PEOPLE}
    | {P.READ_APPLICATIONS, P.ASSESS, P.ADMIT, P.CONFIRM_PLACES},
    Role.FINANCE: STAFF | {P.READ_ENROLMENTS, P.READ_APPLICATIONS, P.CONFIRM_PLACES},
    Role.APPROVER: STAFF | {P.READ_ENROLMENTS, P.READ_APPLICATIONS, P.CANCEL_EDITIONS},
    Role.ADMINISTRATOR: STAFF
    | {P.READ_LESSONS}  # to see a course as its participants see it
    | {P.READ_AUDIT, P.READ_TRANSLATIONS, P.READ_PEOPLE, P.MANAGE_PEOPLE, P.SEE_AS}
    | {P.SEE_HEALTH, P.MANAGE_JOBS},
    Role.AUDITOR: STAFF | {P.READ_ENROLMENTS, P.READ_APPLICATIONS, P.READ_AUDIT},
}

EDITION_ROLES = frozenset({Role.PARTICIPANT, Role.TUTOR, Role.EXPERT})
PERSONAL = frozenset({P.OWN_ACCOUNT, P.KEEP_PROGRESS})  # for nobody else's eyes
SITE_ROLES = frozenset(Role) - EDITION_ROLES - {Role.VISITOR, Role.MEMBER}
