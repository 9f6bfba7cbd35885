"""What stored values and audit actions are called on pages, from all packages."""

from learning.access import problems as access_problems
from learning.accounts import audit_labels
from learning.accounts import problems as accounts_problems
from learning.admin import audit_labels as admin_audit
from learning.admin import labels as admin_labels
from learning.admissions import audit_labels as admissions_audit
from learning.admissions import page_labels as admissions_labels
from learning.batches import audit_labels as batches_audit
from learning.batches import problems as batches_problems
from learning.catalogue import audit_labels as catalogue_audit
from learning.catalogue import labels as catalogue_labels
from learning.contact import audit_labels as contact_audit
from learning.contact import problems as contact_problems
from learning.content import labels as content_labels
from learning.deadlines import audit_labels as deadlines_audit
from learning.deadlines import problems as deadlines_problems
from learning.enrolment import audit_labels as enrolment_audit
from learning.enrolment import labels as enrolment_labels
from learning.fees import audit_labels as fees_audit
from learning.fees import book_labels
from learning.fees import labels as fees_labels
from learning.files import audit_labels as files_audit
from learning.files import problems as files_problems
from learning.gradebook import audit_labels as gradebook_audit
from learning.gradebook import labels as gradebook_labels
from learning.kit.labels import Labels
from learning.ledger import labels as ledger_labels
from learning.lessons import audit_labels as lessons_audit
from learning.lessons import problems as lessons_problems
from learning.participants import audit_labels as participants_audit
from learning.participants import labels as participants_labels
from learning.question_exchange import audit_labels as question_exchange_audit
from learning.question_exchange import labels as question_exchange_labels
from learning.quizzes import audit_labels as quizzes_audit
from learning.quizzes import problems as quizzes_problems
from learning.tutors import audit_labels as tutors_audit
from learning.tutors import problems as tutors_problems

AUDIT_LABELS: dict[str, str] = (
    audit_labels.AUDIT_LABELS
    | admin_audit.AUDIT_LABELS
    | admissions_audit.AUDIT_LABELS
    | batches_audit.AUDIT_LABELS
    | catalogue_audit.AUDIT_LABELS
    | contact_audit.AUDIT_LABELS
    | deadlines_audit.AUDIT_LABELS
    | enrolment_audit.AUDIT_LABELS
    | fees_audit.AUDIT_LABELS
    | files_audit.AUDIT_LABELS
    | gradebook_audit.AUDIT_LABELS
    | lessons_audit.AUDIT_LABELS
    | participants_audit.AUDIT_LABELS
    | question_exchange_audit.AUDIT_LABELS
    | quizzes_audit.AUDIT_LABELS
    | tutors_audit.AUDIT_LABELS
)
"""What audit actions are called on pages; the trail itself keeps their English names."""
PACKAGE_LABELS: Labels = {
    **admin_labels.LABELS,
    **admissions_labels.LABELS,
    **catalogue_labels.LABELS,
    **content_labels.LABELS,
    **enrolment_labels.LABELS,
    **participants_labels.LABELS,
    **access_problems.LABELS,
    **accounts_problems.LABELS,
    **batches_problems.LABELS,
    **contact_problems.LABELS,
    **deadlines_problems.LABELS,
    **book_labels.LABELS,
    **fees_labels.LABELS,
    **files_problems.LABELS,
    **gradebook_labels.LABELS,
    **ledger_labels.LABELS,
    **lessons_problems.LABELS,
    **question_exchange_labels.LABELS,
    **quizzes_problems.LABELS,
    **tutors_problems.LABELS,
    (str, "audit"): AUDIT_LABELS,
}
"""The labels of each package's own values (`kit.labels`)."""
