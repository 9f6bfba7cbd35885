"""The nomination letter of a candidate: attached, replaced, removed."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.admissions.commands import applications, sponsorships
from learning.admissions.models import Application
from learning.admissions.rules.answers import LetterAnswers
from learning.audit.actions import record
from learning.files import actions as files
from learning.files.models import StoredFile


def attach(session: Session, application: Application, file: StoredFile, *, now: datetime) -> None:
    """Make a file the nomination letter of an application; the earlier file is deleted."""
    _put(session, application, file, now)
    subject = f"application {application.id}"
    record(session, "letter sent", subject, by=application.person_id, now=now, file=file.id)


def detach(session: Session, application: Application, *, now: datetime) -> None:
    """Remove the nomination letter, if there is one, and delete its file."""
    if application.letter_id is not None:
        _put(session, application, None, now)
        subject = f"application {application.id}"
        record(session, "letter removed", subject, by=application.person_id, now=now)


def discard(session: Session, application: Application, *, by: int, now: datetime) -> None:
    """Delete a draft together with its nomination letter."""
    sponsorships.release(session, application, now=now)
    detach(session, application, now=now)
    applications.discard_draft(session, application, by=by, now=now)


def _put(
    session: Session, application: Application, file: StoredFile | None, now: datetime
) -> None:
    before = application.letter_id
    answers = LetterAnswers(letter_id=file.id if file else None)
    applications.save_step(session, application, answers, now=now)
    files.delete_unreferenced(session, before, now=now)
