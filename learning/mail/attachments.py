"""Stored files that e-mails carry: kept by their id, read when the e-mail is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.files.models import FileState, StoredFile
from learning.files.storage import Storage
from learning.mail.models import EmailAttachment
from learning.mail.parts import MAX_ATTACHMENTS_BYTES, FilePart


class AttachmentUnavailableError(OSError):
    """A file cannot be sent now; the e-mail is held, and staff read the reason."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of an e-mail: its row when the e-mail is sent, and the slug that it had before."""

    slug: str
    file: StoredFile | None


@dataclass(frozen=True, kw_only=True)
class FileContent:
    """A file as it goes into an e-mail; `name` may have any characters, `mimetype` is `a/b`."""

    name: str
    mimetype: str
    content: bytes


MakeFile = Callable[[], FileContent]
EmailDocument = Callable[[Session, Mapping[str, Any]], MakeFile | None]
"""Reads what a document of an e-mail needs; what it returns makes the file, without a session."""


def attach_files(session: Session, files: Mapping[int, Sequence[FilePart]]) -> None:
    """Attach files to e-mails, by the e-mail's id, in one statement."""
    rows = [
        {"email_id": email, "file_id": part.file_id, "slug": part.slug, "position": position}
        for email, parts in files.items()
        for position, part in enumerate(parts)
    ]
    if rows:
        session.execute(insert(EmailAttachment), rows)


def attachments_of(session: Session, email_id: int) -> Sequence[Attachment]:
    """Return the files of an e-mail, in their order."""
    rows = session.execute(
        select(EmailAttachment.slug, StoredFile)
        .join(StoredFile, StoredFile.id == EmailAttachment.file_id)
        .where(EmailAttachment.email_id == email_id)
        .order_by(EmailAttachment.position)
    )
    return [Attachment(slug=slug, file=file) for slug, file in rows]


def read_attachments(
    attachments: Sequence[Attachment], storage: Storage | None
) -> Sequence[FileContent]:
    """Read the files of an e-mail; raise AttachmentUnavailableError with the reason."""
    contents = [_read(each, storage) for each in attachments]
    if sum(len(each.content) for each in contents) > MAX_ATTACHMENTS_BYTES:
        raise AttachmentUnavailableError("the attached files are too large")
    return contents


def _read(attachment: Attachment, storage: Storage | None) -> FileContent:
    file = attachment.file
    if file is None or storage is None or file.slug != attachment.slug:
        raise AttachmentUnavailableError(f"attached file {attachment.slug}: not found")
    if file.state is not FileState.CLEAN:
        raise AttachmentUnavailableError(f"attached file {file.slug}: {file.state}")
    try:
        with storage.open(file.key) as opened:
            content = opened.read(MAX_ATTACHMENTS_BYTES + 1)
    except FileNotFoundError as missing:
        message = f"attached file {file.slug}: its content is missing"
        raise AttachmentUnavailableError(message) from missing
    return FileContent(name=file.name, mimetype=file.kind.mimetype, content=content)
