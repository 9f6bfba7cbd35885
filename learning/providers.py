"""The part of the wiring for extension points: who shows what where, who keeps what of people."""

from collections.abc import Mapping, Sequence
from functools import partial

from learning.accounts import personal_data as accounts_personal
from learning.admissions import personal_data as admissions_personal
from learning.admissions.queries import overrides as admissions_overrides
from learning.admissions.queries import waiting as admissions_waiting
from learning.audit import personal_data as audit_personal
from learning.batches import personal_data as batches_personal
from learning.contact import extensions as contact_extensions
from learning.contact import personal_data as contact_personal
from learning.content.course import CourseOf
from learning.deadlines import extensions as deadlines_extensions
from learning.deadlines import personal_data as deadlines_personal
from learning.enrolment import personal_data as enrolment_personal
from learning.extension_points.page_lines import PageKind
from learning.extension_points.personal_data import ForgetBlockers, PersonalTable
from learning.extension_points.registry import ExtensionPoints
from learning.fees import extensions as fees_extensions
from learning.fees import person_balances
from learning.fees import personal_data as fees_personal
from learning.fees.page_lines import fee_line
from learning.fees.queries import proofs
from learning.files import personal_data as files_personal
from learning.gradebook import extensions as gradebook_extensions
from learning.gradebook import personal_data as gradebook_personal
from learning.jobs import extensions as jobs_extensions
from learning.jobs import personal_data as jobs_personal
from learning.lessons import extensions as lessons_extensions
from learning.lessons import personal_data as lessons_personal
from learning.lessons.course_items import brief_of
from learning.mail import extensions as mail_extensions
from learning.mail import personal_data as mail_personal
from learning.mail.actions import SEND_JOB
from learning.quizzes import extensions as quizzes_extensions
from learning.quizzes import personal_data as quizzes_personal
from learning.tutors import extensions as tutors_extensions
from learning.tutors import personal_data as tutors_personal

PERSONAL_DATA: Mapping[str, Sequence[PersonalTable]] = {
    "contact": contact_personal.TABLES,
    "gradebook": gradebook_personal.TABLES,
    "quizzes": quizzes_personal.TABLES,
    "lessons": lessons_personal.TABLES,
    "deadlines": deadlines_personal.TABLES,
    "tutors": tutors_personal.TABLES,
    "fees": fees_personal.TABLES,
    "admissions": admissions_personal.TABLES,
    "enrolment": enrolment_personal.TABLES,
    "batches": batches_personal.TABLES,
    "mail": mail_personal.TABLES,
    "files": files_personal.TABLES,
    "jobs": jobs_personal.TABLES,
    "audit": audit_personal.TABLES,
    "accounts": accounts_personal.TABLES,
}
"""What each package keeps of people, in the order of forgetting: who they are comes last."""
FORGET_BLOCKERS: Sequence[ForgetBlockers] = (
    enrolment_personal.forget_blockers,
    admissions_personal.forget_blockers,
    person_balances.forget_blockers,
    accounts_personal.forget_blockers,
)
"""What packages have against forgetting somebody now."""


def extension_points(course_of: CourseOf) -> ExtensionPoints:
    """Return what packages show on each other's pages, in the order of the pages."""
    documents = partial(lessons_extensions.document_lines, course_of)
    dates = partial(deadlines_extensions.next_dates, course_of)
    path = partial(gradebook_extensions.path_line, course_of)
    quizzes = partial(quizzes_extensions.quiz_lines, course_of)
    return ExtensionPoints(
        results={
            "lessons": partial(lessons_extensions.results, course_of),
            "quizzes": partial(quizzes_extensions.results, course_of),
        },
        due={
            "deadlines": partial(deadlines_extensions.due_items, course_of, brief_of),
            "lessons": partial(lessons_extensions.due_items, course_of),
            "quizzes": partial(quizzes_extensions.due_items, course_of),
        },
        waiting=(
            *admissions_waiting.KINDS,
            *admissions_overrides.KINDS,
            *tutors_extensions.KINDS,
            *fees_extensions.KINDS,
            *proofs.KINDS,
            *gradebook_extensions.KINDS,
            *contact_extensions.KINDS,
            *mail_extensions.KINDS,
            *jobs_extensions.kinds(shown_elsewhere=frozenset({SEND_JOB})),
        ),
        last_active=lessons_extensions.last_active,
        page_lines={
            PageKind.COURSE_HOME: {
                "lessons": documents,
                "quizzes": quizzes,
                "deadlines": dates,
                "tutors": tutors_extensions.tutor_line,
                "gradebook": path,
                "fees": fee_line,
            },
            PageKind.LESSON: {"lessons": documents, "quizzes": quizzes},
            PageKind.WEEK: {"gradebook": path},
        },
    )
