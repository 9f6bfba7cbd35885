"""Decisions about files: which are taken, what they are called, how they are handed out."""

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum
from urllib.parse import quote

MAX_FILE_BYTES = 20_000_000  # in chunks; a purpose says how much of it
MAX_FORM_FILE_BYTES = 5_000_000  # whole with a form: without JavaScript
MAX_PIXELS = 40_000_000
MAX_FILE_NAME_LENGTH = 120
MAX_OPEN_UPLOADS = 20  # uploads of one person that have not ended; the oldest ones make room
QUOTA_BYTES = 60_000_000  # what one person keeps, and has announced
UNUSED_FILE_TTL = timedelta(hours=24)  # a file that nothing refers to
MAX_CHUNK_BYTES = 512_000
UPLOAD_TTL = timedelta(hours=24)
DEFAULT_FILE_NAME = "file"

PDF_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0]{0,64}(?=%PDF-)")  # BOM and line breaks: phones
PDF_END, PDF_END_WITHIN = b"%%EOF", 1024
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
ZIP_END, ZIP_END_BYTES = b"PK\x05\x06", 22
OTHER_HEADS = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|\?php)|PK\x03\x04",
    re.IGNORECASE,
)


class FileKind(StrEnum):
    """What files may be."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    DOCX = "docx"
    ODT = "odt"
    XLSX = "xlsx"
    PPTX = "pptx"
    XML = "xml"

    @property
    def mimetype(self) -> str:
        return MIMETYPES[self]

    @property
    def extension(self) -> str:
        return ".jpg" if self is FileKind.JPEG else f".{self.value}"


class FileRejection(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_LARGE_FOR_FORM = "too_large_for_form"
    NOT_ALLOWED = "not_allowed"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    LOCKED = "locked"  # it asks for a password
    HEIC = "heic"  # what iPhones make of a photo unless told otherwise
    TOO_MANY = "too_many"  # several where one is asked for
    ZIP_BOMB = "zip_bomb"  # a document that unpacks to far more than it is
    MACROS = "macros"
    EMBEDDED = "embedded"  # another file or program as an object
    EXTERNAL_LINK = "external_link"  # something is loaded from elsewhere, or leads to a disk
    QUOTA = "quota"  # this person keeps too much already


OPEN_XML = "application/vnd.openxmlformats-officedocument."
MIMETYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.DOCX: f"{OPEN_XML}wordprocessingml.document",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.XLSX: f"{OPEN_XML}spreadsheetml.sheet",
    FileKind.PPTX: f"{OPEN_XML}presentationml.presentation",
    FileKind.XML: "application/xml",
}
DOCUMENT_KINDS = frozenset({FileKind.DOCX, FileKind.ODT, FileKind.XLSX, FileKind.PPTX})
ZIP_HEAD = b"PK\x03\x04"
OLE_HEAD, ENCRYPTED_PACKAGE = (
    bytes.fromhex("d0cf11e0a1b11ae1"),
    "EncryptedPackage".encode("utf-16-le"),
)
XML_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s")
MAGICS = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
)


def detect_kind(content: bytes) -> FileKind | FileRejection:
    """Return what kind of file this is, judged by its content alone, or why it is not taken."""
    if PDF_HEAD.match(content):
        return _look_at_pdf(strip_pdf_margins(content))
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return FileRejection.HEIC
    if XML_HEAD.match(content):
        return FileKind.XML
    return next(
        (kind for magic, kind in MAGICS if content.startswith(magic)), FileRejection.NOT_ALLOWED
    )


def form_size_rejection(size: int, max_bytes: int) -> FileRejection | None:
    """Return what is wrong with the size of a file that comes whole with a form."""
    if MAX_FORM_FILE_BYTES < size <= max_bytes:
        return FileRejection.TOO_LARGE_FOR_FORM
    return size_rejection(size, max_bytes)


def is_zip(content: bytes) -> bool:
    """Whether only its parts can say what kind of document this is."""
    return content.startswith(ZIP_HEAD)


def is_locked_document(content: bytes) -> bool:
    """Whether this is a DOCX, XLSX or PPTX behind a password: an OLE file around the real one."""
    return content.startswith(OLE_HEAD) and ENCRYPTED_PACKAGE in content


def size_rejection(size: int | None, max_bytes: int) -> FileRejection | None:
    """Return what is wrong with the size of a file, as it is or as it was announced."""
    if size is None or size <= 0:
        return FileRejection.EMPTY
    return FileRejection.TOO_LARGE if size > max_bytes else None


def strip_pdf_margins(content: bytes) -> bytes:
    """Return a PDF without what phones and scanners put around it: BOM, line breaks, NULs."""
    head = PDF_HEAD.match(content)
    bare = content[head.end() :] if head else content
    return bare.rstrip(b"\0") if bare.endswith(b"\0") else bare


def _look_at_pdf(content: bytes) -> FileKind | FileRejection:
    """Refuse what other programs would take for a page, a script or an archive."""
    if OTHER_HEADS.search(content[:PDF_END_WITHIN]) or _ends_as_zip(content):
        return FileRejection.NOT_ALLOWED
    return FileKind.PDF if PDF_END in content[-PDF_END_WITHIN:] else FileRejection.BROKEN


def _ends_as_zip(content: bytes) -> bool:
    """Whether an archive's last record, whose comment may be any text, reaches to the end.

    NULs at its end are gone already: nothing but the end of the PDF may follow a shorter one.
    """
    start = content.rfind(ZIP_END)
    if start == -1:
        return False
    comment = int.from_bytes(content[start + 20 : start + 22], "little")
    left = len(content) - start - ZIP_END_BYTES
    return 0 <= left <= comment or not content.rstrip().endswith(PDF_END)


def has_too_many_pixels(width: int, height: int) -> bool:
    return width * height > MAX_PIXELS


def clean_name(name: str) -> str:
    """Return a name for people to read: one line, no path, nothing invisible, never empty."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = " ".join("".join(_visible(character) for character in name).split()).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if len(name) > MAX_FILE_NAME_LENGTH > 2 * len(extension):
        name = stem[: MAX_FILE_NAME_LENGTH - len(extension) - 1].rstrip(" .") + dot + extension
    return name[:MAX_FILE_NAME_LENGTH].strip(" .") or DEFAULT_FILE_NAME


def _visible(character: str) -> str:
    """Return a character, a blank for a line's end, nothing for what cannot be seen."""
    if character in "\t\r\n\x0b\x0c\x85\u2028\u2029":
        return " "
    return "" if unicodedata.category(character).startswith("C") else character


def name_with_extension(name: str, kind: FileKind) -> str:
    """Return a clean name that ends as files of this kind do, whatever it claimed to be."""
    name = clean_name(name)
    endings = {kind.extension, f".{kind.value}"}
    if any(name.lower().endswith(ending) for ending in endings):
        return name
    return clean_name(name + kind.extension)


def content_disposition(name: str) -> str:
    """Return the header that makes browsers save a file, under its own name (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def is_within_size(promised: int, *, offset: int, length: int) -> bool:
    """Whether a piece ends before the promised end of the file."""
    return offset + length <= promised
