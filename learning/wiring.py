"""What no single room knows: all tables, who does which job, who writes which letter, and when."""

from datetime import time, timedelta

from sqlalchemy import Engine

from learning.accounts import joining, letters, links
from learning.accounts import models as accounts
from learning.accounts.jobs import sweep as sweep_accounts
from learning.admin import jobs as admin_jobs
from learning.admin import letters as admin_letters
from learning.audit import models as audit
from learning.audit.actions import seal_new
from learning.batches import actions as batch_actions
from learning.batches import jobs as batch_jobs
from learning.batches import models as batches
from learning.catalogue import models as catalogue
from learning.catalogue.events import EditionChanged
from learning.catalogue.jobs import turn_editions
from learning.content import models as content
from learning.content.course_cache import load_once
from learning.enrolment import change_letters, sponsor_letters
from learning.enrolment import jobs as enrolment_jobs
from learning.enrolment import letters as enrolment_letters
from learning.enrolment import models as enrolment
from learning.enrolment.changes import follow_change
from learning.enrolment.events import ApplicationAccepted, PlaceCancelled, PlaceConfirmed
from learning.files import jobs as file_jobs
from learning.files import models as files
from learning.files.scanning import scanner_of
from learning.files.storage import FolderStorage
from learning.jobs import actions as job_actions
from learning.jobs import models as jobs
from learning.jobs.rules import Queue, Regular
from learning.jobs.worker import Handler, Task, Worker, new_name
from learning.kit import check_results, events, once
from learning.kit.conflicts import columns
from learning.kit.db import Base, Database
from learning.kit.engines import make_engine
from learning.kit.events import Reactions
from learning.kit.i18n import N_
from learning.lessons import jobs as lesson_jobs
from learning.lessons import models as lessons
from learning.mail import models as mail
from learning.mail.jobs import Post
from learning.mail.letters import LetterWriter
from learning.mail.messages import House
from learning.mail.senders import sender_of
from learning.settings import ROOT, Settings

TABLES = Base.metadata
MODELS = (
    accounts,
    audit,
    batches,
    catalogue,
    content,
    enrolment,
    files,
    jobs,
    lessons,
    mail,
    once,
    check_results,
)

LETTERS: dict[str, LetterWriter] = (
    letters.WRITERS
    | enrolment_letters.WRITERS
    | change_letters.WRITERS
    | sponsor_letters.WRITERS
    | lesson_jobs.WRITERS
    | admin_letters.WRITERS
)
CONFLICTS = {
    columns(accounts.Person.email): N_("There is an account with this address by now."),
    columns(catalogue.Edition.code): N_("There is an edition with this code by now."),
    columns(catalogue.EditionText.edition_id, catalogue.EditionText.language): N_(
        "Somebody else has just saved the texts of this edition."
    ),
    columns(enrolment.Enrolment.person_id, enrolment.Enrolment.edition_id): N_(
        "This person has a place in this edition by now."
    ),
    columns(enrolment.Application.person_id, enrolment.Application.edition_id): N_(
        "There is an application of this person for this edition by now."
    ),
    columns(enrolment.Assessment.application_id, enrolment.Assessment.assessor_id): N_(
        "Your assessment was saved in another window just now."
    ),
    columns(enrolment.Offer.application_id): N_("This person was offered a seat just now."),
    columns(lessons.EarlyOpening.enrolment_id, lessons.EarlyOpening.module): N_(
        "Somebody else has just opened this module for this person."
    ),
}
"""What to say to whoever comes second where a row may exist once only (`kit.conflicts`)."""
REACTIONS: Reactions = {
    EditionChanged: (follow_change,),
    ApplicationAccepted: (),
    PlaceConfirmed: (),
    PlaceCancelled: (),
}
"""Who reacts to what, in which order; fees will be the first."""
TIMETABLE = (
    Regular(name="sweep", kind="sweep", at=time(3, 20), queue=Queue.SLOW),
    Regular(name="files", kind=file_jobs.SWEEP, at=time(3, 40), queue=Queue.SLOW),
    Regular(name="checks", kind=admin_jobs.CHECK, at=time(4, 0), queue=Queue.SLOW),
    Regular(name="anchor", kind=admin_jobs.ANCHOR, at=time(4, 20)),
    Regular(name="editions", kind="catalogue.turn", every=timedelta(hours=1)),
    Regular(
        name="offers",
        kind="enrolment.expire-offers",
        every=timedelta(minutes=10),
        queue=Queue.SLOW,
    ),
    Regular(
        name="weeks", kind="lessons.announce-weeks", every=timedelta(hours=1), queue=Queue.SLOW
    ),
)
BATCHES = enrolment_jobs.BATCHES
"""Who carries out which kind of operation on many."""
LEASES = {batch_actions.RUN: batch_jobs.LEASE}
KEPT = timedelta(days=60)


def sweep(task: Task) -> None:
    """Forget what nobody needs any more: ended sign-ins and links, old jobs and tries."""
    with task.database.transaction() as session:
        sweep_accounts(session, now=task.now)
        job_actions.sweep(session, before=task.now - KEPT)
        batch_actions.sweep(session, before=task.now - KEPT)
        once.sweep(session, before=task.now - KEPT)


def handlers(settings: Settings) -> dict[str, Handler]:
    """Return who does which kind of job."""
    house = House(sender=settings.mail_from, address=settings.address, secret=settings.secret_key)
    sender = sender_of(settings.mail_url, ROOT)
    post = Post(writers=LETTERS, sender=sender, house=house, checks=links.CHECKS)
    own: dict[str, Handler] = {
        "mail.send": post,
        "sweep": sweep,
        "catalogue.turn": turn_editions,
        batch_actions.RUN: batch_jobs.run(BATCHES),
    }
    stored = file_jobs.handlers(FolderStorage(root=settings.files), scanner_of(settings.scanner))
    lessons = lesson_jobs.handlers(lambda key: load_once(settings.courses / key, settings.cache))
    nightly = admin_jobs.handlers(settings)
    return own | stored | joining.HANDLERS | enrolment_jobs.HANDLERS | lessons | nightly


def worker(settings: Settings, database: Database) -> Worker:
    """Return a worker for this installation."""
    return Worker(
        database=database,
        handlers=handlers(settings),
        timetable=TIMETABLE,
        chores=(seal_new,),
        leases=LEASES,
        name=new_name(),
    )


def engine(settings: Settings) -> Engine:
    """Return the engine of an installation."""
    return make_engine(
        settings.database_url,
        allow_old_wal=settings.allow_old_wal,
        prepare_threshold=settings.prepare_threshold,
        pool_size=settings.pool_size,
    )


def database(engine: Engine) -> Database:
    """Return the database of an installation, whose sessions know who reacts to what."""
    return Database(engine, info={events.REACTIONS: REACTIONS})
