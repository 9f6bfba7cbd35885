"""What no single package knows: tables, e-mails, handlers of jobs and events, the schedule."""

from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from learning.accounts import emails, registration, tokens
from learning.accounts import events as account_events
from learning.accounts import models as accounts
from learning.admin import emails as admin_emails
from learning.admin import jobs as admin_jobs
from learning.admissions import agreement_models, billing_models, override_models
from learning.admissions import file_purposes as admissions_files
from learning.admissions import jobs as admission_jobs
from learning.admissions import models as admissions
from learning.admissions.commands.decisions import follow_ended_enrolment, name_pending
from learning.admissions.commands.edition_changes import on_edition_changed
from learning.admissions.commands.waitlist import follow_freed_seats
from learning.admissions.emails import applications as application_emails
from learning.admissions.emails import edition_changes as edition_emails
from learning.admissions.emails import sponsorships as sponsor_emails
from learning.admissions.events import (
    ActivationPlanned,
    ApplicationAccepted,
    CancellationPlanned,
    LapsePlanned,
    SeatChangesPlanned,
    SeatReleased,
    TransferPlanned,
)
from learning.audit import models as audit
from learning.audit.actions import seal_new
from learning.batches import actions as batch_actions
from learning.batches import jobs as batch_jobs
from learning.batches import models as batches
from learning.card_provider import card_provider
from learning.catalogue import models as catalogue
from learning.catalogue.events import EditionChanged
from learning.catalogue.jobs import update_statuses
from learning.contact import emails as contact_emails
from learning.contact import models as contact
from learning.content import models as content
from learning.content.course import CourseOf
from learning.content.course_cache import load_once
from learning.deadlines import emails as deadline_emails
from learning.deadlines import models as deadlines
from learning.deadlines.events import DueDatesChanged
from learning.enrolment import events as enrolment_events
from learning.enrolment import models as enrolment
from learning.extension_points.results import ResultChanged
from learning.fees import (
    card_jobs,
    card_models,
    centre_models,
    invoice_models,
    payment_models,
    proof_models,
    quote_models,
    refund_models,
    reminder_emails,
    reminder_models,
    statement_models,
)
from learning.fees import email_documents as fee_documents
from learning.fees import emails as fee_emails
from learning.fees import file_purposes as fee_files
from learning.fees import jobs as fee_jobs
from learning.fees import models as fees
from learning.fees import reactions as fee_reactions
from learning.fees.commands.activation import name_settled
from learning.fees.commands.statement_booking import BATCHES as BOOKING
from learning.fees.refund_accounts import PURPOSE
from learning.files import jobs as file_jobs
from learning.files import models as files
from learning.files.antivirus import make_scanner
from learning.files.purposes import FilePurposes
from learning.files.storage import FolderStorage
from learning.gradebook import closing as gradebook_closing
from learning.gradebook import emails as gradebook_emails
from learning.gradebook import jobs as gradebook_jobs
from learning.gradebook import models as gradebook
from learning.gradebook.completions import follow_result
from learning.gradebook.sources import GradebookSources
from learning.jobs import models as jobs
from learning.jobs.worker import Handler, Worker, new_worker_name
from learning.kit import check_results, idempotency
from learning.kit.database import Base, Database
from learning.kit.encryption import Cipher
from learning.kit.engines import make_engine
from learning.kit.events import EventHandlers
from learning.kit.labels import Labels, violations_by_name
from learning.labels import PACKAGE_LABELS
from learning.ledger import models as ledger
from learning.lessons import jobs as lesson_jobs
from learning.lessons import models as lessons
from learning.lessons.actions import count_due_dates
from learning.mail import models as mail
from learning.mail.actions import SEND_JOB
from learning.mail.categories import CATEGORIES, by_key, labels_of
from learning.mail.emails import EmailTemplate
from learning.mail.jobs import SendEmailHandler
from learning.mail.mime import SenderConfig
from learning.mail.senders import make_sender
from learning.participants import bulk_enrol
from learning.paths import ROOT
from learning.providers import extension_points
from learning.purge import purge
from learning.quizzes import emails as quiz_emails
from learning.quizzes import jobs as quiz_jobs
from learning.quizzes import models as quizzes
from learning.quizzes import regrade as quiz_regrade
from learning.schedule import SCHEDULE
from learning.settings import Settings
from learning.tutors import actions as tutor_actions
from learning.tutors import jobs as tutor_jobs
from learning.tutors import models as tutors

TABLES = Base.metadata
MODELS = (
    accounts,
    audit,
    batches,
    catalogue,
    contact,
    content,
    billing_models,
    deadlines,
    admissions,
    enrolment,
    agreement_models,
    override_models,
    card_models,
    centre_models,
    fees,
    invoice_models,
    payment_models,
    proof_models,
    quote_models,
    refund_models,
    reminder_models,
    statement_models,
    files,
    gradebook,
    jobs,
    ledger,
    lessons,
    mail,
    quizzes,
    tutors,
    idempotency,
    check_results,
)

EMAIL_TEMPLATES: dict[str, EmailTemplate] = (
    emails.EMAILS
    | application_emails.EMAILS
    | edition_emails.EMAILS
    | sponsor_emails.EMAILS
    | deadline_emails.EMAILS
    | lesson_jobs.EMAILS
    | quiz_emails.EMAILS
    | admin_emails.EMAILS
    | contact_emails.EMAILS
    | gradebook_emails.EMAILS
    | fee_emails.EMAILS
    | reminder_emails.EMAILS
)
EMAIL_CATEGORIES = by_key((*CATEGORIES, contact_emails.CONTACT, sponsor_emails.SPONSORSHIP))
"""What e-mails are about; a package with categories of its own adds them here."""
LABELS: Labels = {
    **PACKAGE_LABELS,
    (str, "email-category"): labels_of(EMAIL_CATEGORIES.values()),
}
"""What stored values are called on pages (`kit.labels`)."""
LABELS = {**LABELS, (str, "refusal"): violations_by_name(LABELS)}


def gradebook_sources(course_of: CourseOf) -> GradebookSources:
    """Return where the gradebook gets what it counts from."""
    points = extension_points(course_of)
    return GradebookSources(
        course_of=course_of, results=points.results, last_active=points.last_active
    )


def course_loader(folder: Path, cache: Path) -> CourseOf:
    """Return what loads courses by their keys outside of requests."""
    return lambda key: load_once(folder / key, cache)


def event_handlers(course_of: CourseOf) -> EventHandlers:
    """Return who reacts to what, in which order."""
    count_again = partial(follow_result, gradebook_sources(course_of))
    return (
        EventHandlers()
        .on(EditionChanged, on_edition_changed)
        .on(ApplicationAccepted, fee_reactions.follow_acceptance)
        .on(SeatReleased, fee_reactions.follow_release)
        .on(SeatChangesPlanned, fee_reactions.lock_accounts)
        .on(CancellationPlanned, fee_reactions.add_amounts)
        .on(TransferPlanned, fee_reactions.add_differences)
        .on(ActivationPlanned, name_settled)
        .on(LapsePlanned, fee_reactions.refuse_lapse)
        .on(enrolment_events.SeatsFreed, follow_freed_seats)
        .on(enrolment_events.EnrolmentPlanned, name_pending)
        .on(enrolment_events.EnrolmentConfirmed)
        .on(enrolment_events.PeopleEnrolled, tutor_actions.follow_enrolled_people)
        .on(enrolment_events.EnrolmentEnded, follow_ended_enrolment)
        .on(enrolment_events.EnrolmentCompleted)
        .on(DueDatesChanged, count_due_dates, count_again)
        .on(ResultChanged, count_again)
        .on(account_events.RolesGranted, tutor_actions.follow_tutor_role)
        .on(account_events.RolesRevoked, tutor_actions.follow_tutor_role)
        .on(account_events.AccountClosed, tutor_actions.follow_tutor_account)
        .on(account_events.AccountReopened, tutor_actions.follow_tutor_account)
    )


EVENT_HANDLERS = event_handlers(course_loader(Settings.courses, Settings.cache))
"""Those of the courses that come with the program."""

FILE_PURPOSES = FilePurposes((*admissions_files.PURPOSES, *fee_files.PURPOSES))
"""What files are taken for."""
BATCH_HANDLERS = bulk_enrol.BATCHES | admission_jobs.BATCHES | quiz_regrade.BATCHES | BOOKING
"""Who carries out which kind of operation on many, but for those that need a course."""
JOB_LEASES = {batch_actions.RUN_JOB: batch_jobs.BATCH_LEASE}


def email_handler(settings: Settings) -> SendEmailHandler:
    """Return what sends the e-mails of this installation."""
    return SendEmailHandler(
        templates=EMAIL_TEMPLATES,
        sender=make_sender(settings.mail_url, ROOT),
        config=SenderConfig(
            sender=settings.mail_from, address=settings.address, secret=settings.secret_key
        ),
        checks=tokens.EMAIL_CHECKS,
        categories=EMAIL_CATEGORIES,
        storage=FolderStorage(root=settings.files),
        documents=fee_documents.DOCUMENTS,
    )


def handlers(settings: Settings) -> dict[str, Handler]:
    """Return the job handlers by kind."""
    course_of = course_loader(settings.courses, settings.cache)
    sources = gradebook_sources(course_of)
    batches = BATCH_HANDLERS | gradebook_closing.batch_handlers(sources)
    own: dict[str, Handler] = {
        SEND_JOB: email_handler(settings),
        "purge": purge,
        "catalogue.update-statuses": update_statuses,
        batch_actions.RUN_JOB: batch_jobs.make_handler(batches),
    }
    storage, scanner = FolderStorage(root=settings.files), make_scanner(settings.scanner)
    stored = file_jobs.handlers(storage, scanner, FILE_PURPOSES)
    courses = lesson_jobs.handlers(course_of) | gradebook_jobs.handlers(sources)
    people = registration.HANDLERS | admission_jobs.HANDLERS | tutor_jobs.HANDLERS
    cards = card_jobs.handlers(card_provider(settings), Cipher(settings.secret_key, PURPOSE))
    others = cards | quiz_jobs.handlers() | admin_jobs.handlers(settings)
    return own | stored | people | fee_jobs.HANDLERS | courses | others


def worker(settings: Settings, database: Database) -> Worker:
    """Return a worker for this installation."""
    return Worker(
        database=database,
        handlers=handlers(settings),
        schedule=SCHEDULE,
        polling_tasks=(seal_new,),
        leases=JOB_LEASES,
        name=new_worker_name(),
    )


def engine(settings: Settings) -> Engine:
    """Return the engine of an installation."""
    return make_engine(
        settings.database_url,
        allow_old_wal=settings.allow_old_wal,
        prepare_threshold=settings.prepare_threshold,
        pool_size=settings.pool_size,
    )


def database(engine: Engine, settings: Settings | None = None) -> Database:
    """Return the database of an installation, whose sessions carry the event handlers.

    Without `settings` the courses are those that come with the program.
    """
    if settings is None:
        return Database(engine, EVENT_HANDLERS)
    course_of = course_loader(settings.courses, settings.cache)
    return Database(engine, event_handlers(course_of))
