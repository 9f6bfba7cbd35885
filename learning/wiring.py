"""What no single room knows: all tables, who does which job, who writes which letter, and when."""

from datetime import time, timedelta

from learning.accounts import joining, letters
from learning.accounts import models as accounts
from learning.accounts.jobs import sweep as sweep_accounts
from learning.audit import models as audit
from learning.catalogue import models as catalogue
from learning.catalogue.jobs import turn_editions
from learning.content import models as content
from learning.enrolment import letters as enrolment_letters
from learning.enrolment import models as enrolment
from learning.jobs import actions as job_actions
from learning.jobs import models as jobs
from learning.jobs.rules import Regular
from learning.jobs.worker import Handler, Task, Worker, new_name
from learning.kit import once
from learning.kit.db import Base, Database
from learning.lessons import jobs as lesson_jobs
from learning.lessons import models as lessons
from learning.mail import models as mail
from learning.mail.jobs import Post
from learning.mail.letters import LetterWriter
from learning.mail.messages import House
from learning.mail.senders import sender_of
from learning.settings import ROOT, Settings

TABLES = Base.metadata
MODELS = (accounts, audit, catalogue, content, enrolment, jobs, lessons, mail, once)

LETTERS: dict[str, LetterWriter] = letters.WRITERS | enrolment_letters.WRITERS | lesson_jobs.WRITERS
TIMETABLE = (
    Regular(name="sweep", kind="sweep", at=time(3, 20)),
    Regular(name="editions", kind="catalogue.turn", every=timedelta(hours=1)),
    Regular(name="weeks", kind="lessons.announce-weeks", every=timedelta(hours=1)),
)
KEPT = timedelta(days=60)


def sweep(task: Task) -> None:
    """Forget what nobody needs any more: ended sign-ins and links, old jobs and tries."""
    with task.database.transaction() as session:
        sweep_accounts(session, now=task.now)
        job_actions.sweep(session, before=task.now - KEPT)
        once.sweep(session, before=task.now - KEPT)


def handlers(settings: Settings) -> dict[str, Handler]:
    """Return who does which kind of job."""
    house = House(sender=settings.mail_from, address=settings.address, secret=settings.secret_key)
    post = Post(writers=LETTERS, sender=sender_of(settings.mail_url, ROOT), house=house)
    own: dict[str, Handler] = {"mail.send": post, "sweep": sweep, "catalogue.turn": turn_editions}
    return own | joining.HANDLERS | lesson_jobs.handlers(settings.courses)


def worker(settings: Settings, database: Database) -> Worker:
    """Return a worker for this installation."""
    return Worker(
        database=database, handlers=handlers(settings), timetable=TIMETABLE, name=new_name()
    )
