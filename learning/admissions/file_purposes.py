"""What admissions takes files for (`files.purposes`)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.access.permissions import Permission
from learning.admissions.models import Application, Sponsorship
from learning.admissions.override_models import TransferOverride
from learning.catalogue.models import Edition
from learning.files.models import StoredFile
from learning.files.purposes import FilePurpose
from learning.files.rules import FileKind


def may_read_letter(session: Session, actor: Actor, file: StoredFile) -> bool:
    """Whether somebody reads applications in an edition in which a file is a nomination letter."""
    of_applications = select(Application.edition_id).where(Application.letter_id == file.id)
    of_sponsors = select(Sponsorship.edition_id).where(Sponsorship.letter_id == file.id)
    codes = select(Edition.code).where(Edition.id.in_(of_applications.union(of_sponsors)))
    return any(actor.may(Permission.READ_APPLICATIONS, code) for code in session.scalars(codes))


def may_read_override(session: Session, actor: Actor, file: StoredFile) -> bool:
    """Whether somebody reads enrolments, and a file is the document of an override."""
    if not actor.may(Permission.READ_ENROLMENTS):
        return False
    own = select(TransferOverride.id).where(TransferOverride.file_id == file.id)
    return session.scalar(own.limit(1)) is not None


NOMINATION_LETTER = FilePurpose(
    key="nomination_letter",
    kinds=frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG}),
    max_bytes=5_000_000,
    may_read=may_read_letter,
)
"""The letter in which an institution nominates somebody; one for an application, one a sponsor."""
OVERRIDE_DOCUMENT = FilePurpose(
    key="override_document",
    kinds=frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG}),
    max_bytes=5_000_000,
    may_read=may_read_override,
)
"""What proves that a late transfer or substitution should be allowed; one for each."""
PURPOSES = (NOMINATION_LETTER, OVERRIDE_DOCUMENT)
