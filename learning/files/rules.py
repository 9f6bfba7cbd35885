"""Decisions about files: which are taken, what they are called, how they are handed out."""

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum
from urllib.parse import quote

MOST_BYTES = 5_000_000
MOST_PIXELS = 40_000_000
LONGEST_NAME = 120
MOST_OPEN = 20  # uploads of one person that have not ended; the oldest ones make room
QUOTA_BYTES = 60_000_000  # what one person keeps, and has announced
UNUSED_LASTS = timedelta(hours=24)  # a file that nothing refers to
PIECE = 512_000
UPLOADS_LAST = timedelta(hours=24)
NAMELESS = "file"

PDF_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0]{0,64}(?=%PDF-)")  # BOM and line breaks: phones
PDF_END, PDF_END_WITHIN = b"%%EOF", 1024
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
ZIP_END, ZIP_END_BYTES = b"PK\x05\x06", 22
OTHER_HEADS = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|\?php)|PK\x03\x04",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What files may be."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"

    @property
    def mimetype(self) -> str:
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"

    @property
    def extension(self) -> str:
        return ".jpg" if self is Kind.JPEG else f".{self.value}"


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_ALLOWED = "not-allowed"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too-many-pixels"
    LOCKED = "locked"  # a PDF that asks for a password
    HEIC = "heic"  # what iPhones make of a photo unless told otherwise
    QUOTA = "quota"  # this person keeps too much already


MAGICS = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
)


def look(content: bytes) -> Kind | Fault:
    """Return what kind of file this is, judged by its content alone, or why it is not taken."""
    fault = size_fault(len(content))
    if fault:
        return fault
    if PDF_HEAD.match(content):
        return _look_at_pdf(without_margins(content))
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return Fault.HEIC
    return next((kind for magic, kind in MAGICS if content.startswith(magic)), Fault.NOT_ALLOWED)


def size_fault(size: int | None) -> Fault | None:
    """Return what is wrong with the size of a file, as it is or as it was announced."""
    if size is None or size <= 0:
        return Fault.EMPTY
    return Fault.TOO_LARGE if size > MOST_BYTES else None


def without_margins(content: bytes) -> bytes:
    """Return a PDF without what phones and scanners put around it: BOM, line breaks, NULs."""
    head = PDF_HEAD.match(content)
    bare = content[head.end() :] if head else content
    return bare.rstrip(b"\0") if bare.endswith(b"\0") else bare


def _look_at_pdf(content: bytes) -> Kind | Fault:
    """Refuse what other programs would take for a page, a script or an archive."""
    if OTHER_HEADS.search(content[:PDF_END_WITHIN]) or _ends_as_zip(content):
        return Fault.NOT_ALLOWED
    return Kind.PDF if PDF_END in content[-PDF_END_WITHIN:] else Fault.BROKEN


def _ends_as_zip(content: bytes) -> bool:
    """Whether an archive's last record, whose comment may be any text, reaches to the end."""
    start = content.rfind(ZIP_END)
    if start < 0 or start + ZIP_END_BYTES > len(content):
        return False
    comment = int.from_bytes(content[start + 20 : start + 22], "little")
    left = len(content) - start - ZIP_END_BYTES
    return comment >= left or not content[start:].rstrip().endswith(PDF_END)


def has_too_many_pixels(width: int, height: int) -> bool:
    return width * height > MOST_PIXELS


def clean_name(name: str) -> str:
    """Return a name for people to read: one line, no path, nothing invisible, never empty."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = " ".join("".join(_visible(character) for character in name).split()).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if dot and len(name) > LONGEST_NAME > 2 * len(extension):
        name = stem[: LONGEST_NAME - len(extension) - 1].rstrip(" .") + dot + extension
    return name[:LONGEST_NAME].strip(" .") or NAMELESS


def _visible(character: str) -> str:
    """Return a character, a blank for a line's end, nothing for what cannot be seen."""
    if character in "\t\r\n\x0b\x0c\x85\u2028\u2029":
        return " "
    return "" if unicodedata.category(character).startswith("C") else character


def name_as(name: str, kind: Kind) -> str:
    """Return a clean name that ends as files of this kind do, whatever it claimed to be."""
    name = clean_name(name)
    endings = {kind.extension, f".{kind.value}"}
    if any(name.lower().endswith(ending) for ending in endings):
        return name
    return clean_name(name[: LONGEST_NAME - len(kind.extension)] + kind.extension)


def disposition(name: str) -> str:
    """Return the header that makes browsers save a file, under its own name (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def fits(promised: int, *, offset: int, length: int) -> bool:
    """Whether a piece ends before the promised end of the file."""
    return offset + length <= promised
