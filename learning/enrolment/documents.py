"""The nomination letter that a candidate sends: kept, replaced, removed."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.enrolment import applying, sponsoring
from learning.enrolment.answers import Step
from learning.enrolment.applying import Said
from learning.enrolment.models import Application
from learning.files import actions as files
from learning.files.models import StoredFile
from learning.files.queries import is_referenced


def attach(session: Session, application: Application, file: StoredFile, *, now: datetime) -> None:
    """Make a file the letter of an application; the one before it is deleted."""
    _put(session, application, file, now)
    subject = f"application {application.id}"
    record(session, "letter sent", subject, by=application.person_id, now=now, file=file.id)


def detach(session: Session, application: Application, *, now: datetime) -> None:
    """Take the letter away again, if there is one, and delete it."""
    if application.letter_id is not None:
        _put(session, application, None, now)
        subject = f"application {application.id}"
        record(session, "letter removed", subject, by=application.person_id, now=now)


def discard(session: Session, application: Application, *, by: int, now: datetime) -> None:
    """Throw a draft away together with its letter."""
    sponsoring.let_go(session, application, now=now)
    detach(session, application, now=now)
    applying.discard(session, application, by=by, now=now)


def _put(
    session: Session, application: Application, file: StoredFile | None, now: datetime
) -> None:
    before = application.letter_id
    said = Said(step=Step.LETTER, values={"letter_id": file.id if file else None})
    applying.save(application, said, now=now)
    session.flush()  # nothing may name a file that is deleted
    if before is None or before == application.letter_id or is_referenced(session, before):
        return
    old = session.get(StoredFile, before)
    if old is not None:
        files.remove(session, old, now=now)
