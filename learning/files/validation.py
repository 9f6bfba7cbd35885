"""Looking into files: pictures are decoded and made anew, so that only the picture is left."""

import hashlib
from dataclasses import dataclass

from learning.files import documents, images, pdfs, rules, xml_files
from learning.files.purposes import FilePurpose
from learning.files.rules import FileKind, FileRejection


@dataclass(frozen=True, kw_only=True)
class ValidatedFile:
    """A file that may be kept for a purpose: `content` is what will be handed out."""

    purpose: str
    name: str
    kind: FileKind
    content: bytes
    sha256: str


def validate_file(name: str, content: bytes, purpose: FilePurpose) -> ValidatedFile | FileRejection:
    """Return a file as it may be kept, or why it is not taken for a purpose; it takes a moment."""
    kind = rules.size_rejection(len(content), purpose.max_bytes) or _kind_of(content, purpose)
    if isinstance(kind, FileRejection):
        return kind
    if kind not in purpose.kinds:
        return FileRejection.NOT_ALLOWED
    made = _made(kind, content, purpose)
    if isinstance(made, FileRejection):
        return made
    return ValidatedFile(
        purpose=purpose.key,
        name=rules.name_with_extension(name, kind),
        kind=kind,
        content=made,
        sha256=hashlib.sha256(made).hexdigest(),
    )


def _kind_of(content: bytes, purpose: FilePurpose) -> FileKind | FileRejection:
    """Return what kind of file this is; documents are opened only for a purpose that takes any."""
    if purpose.kinds & rules.DOCUMENT_KINDS:
        if rules.is_zip(content):
            return documents.document_kind(content)
        if rules.is_locked_document(content):
            return FileRejection.LOCKED
    return rules.detect_kind(content)


def _made(kind: FileKind, content: bytes, purpose: FilePurpose) -> bytes | FileRejection:
    """Return what is kept of a file of a kind, looked into in a process of its own."""
    if kind in rules.DOCUMENT_KINDS:
        return content
    if kind is FileKind.XML:
        return xml_files.validate_xml(content) or content
    if kind is FileKind.PDF:
        return pdfs.validate_pdf(content)
    return images.reencode(kind, content, max_bytes=purpose.max_bytes)
