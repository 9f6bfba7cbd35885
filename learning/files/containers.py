"""The outer shape of ZIP files: what is refused before anything inside is believed.

Only the process of `sandbox` uses this. Nothing is written to disk, and no part is whole in memory.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from learning.files.rules import FileRejection

MAX_PARTS = 2_000
MAX_UNPACKED_BYTES = 60_000_000  # of all parts together
MAX_RATIO = 150  # unpacked to packed, of a part that is larger than RATIO_FROM_BYTES
RATIO_FROM_BYTES = 1_000_000
MAX_PART_NAME_LENGTH = 255
MAX_GAP_BYTES = 24  # between two parts: what may follow a part that was written as a stream
READ_BYTES = 65_536
HEAD_BYTES = 512
LOCAL_HEAD_BYTES, LOCAL_HEAD = 30, b"PK\x03\x04"
END, END_BYTES = b"PK\x05\x06", 22
STREAMED_FLAG, ZIP64 = 0x8, 0xFFFFFFFF
ENCRYPTED_FLAG, STRONG_ENCRYPTION_FLAG = 0x1, 0x40
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
BAD_NAME = re.compile(r"^/|\\|[\x00-\x1f\x7f:]|(?:^|/)\.\.?(?:/|$)")
FORBIDDEN_HEADS = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # OLE: macros, controls, embedded objects
    b"MZ",  # programs
    b"\x7fELF",
    b"#!",
)


class Rejected(Exception):  # noqa: N818 it is an answer, not an error
    """A document is not taken; `reason` says why."""

    def __init__(self, reason: FileRejection) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Budget:
    """How many bytes may still be unpacked, of a file and of what is embedded in it."""

    left: int = field(default=MAX_UNPACKED_BYTES)

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Rejected(FileRejection.ZIP_BOMB)


class Container:
    """A ZIP file whose shape is sound: every byte belongs to one part, which has a safe name."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        """Raise Rejected for a file of another shape."""
        self._content, self._budget = content, budget
        self._archive = _opened(content)
        infos = self._archive.infolist()
        _check_names(infos)
        _check_sizes(infos, budget.left)
        _check_places(content, infos, self._archive.start_dir)
        self._infos = {info.filename: info for info in infos if not info.is_dir()}

    @property
    def names(self) -> list[str]:
        return list(self._infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def is_empty(self, name: str) -> bool:
        """Whether a part says that it has no content; whatever it has then is never unpacked."""
        return self._infos[name].file_size == 0

    def head(self, name: str) -> bytes:
        """Return the first bytes of a part, `HEAD_BYTES` at most."""
        with self._archive.open(self._infos[name]) as part:
            return part.read(HEAD_BYTES)

    def check_head(self, name: str, forbidden: tuple[bytes, ...]) -> None:
        """Refuse a part that begins as something else does; read it all for its checksum."""
        chunks = self.chunks(name)
        if next(chunks, b"").startswith(forbidden):
            raise Rejected(FileRejection.EMBEDDED)
        for _ in chunks:
            pass

    def is_first_and_stored(self, name: str) -> bool:
        info = self._infos.get(name)
        return bool(info and not info.header_offset and info.compress_type == zipfile.ZIP_STORED)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the content of a part; what is unpacked is counted, whatever its head says."""
        with self._archive.open(self._infos[name]) as part:
            while chunk := part.read(READ_BYTES):
                self._budget.take(len(chunk))
                yield chunk

    def whole(self, name: str, *, maximum: int) -> bytes:
        """Return the content of a part that has no more than `maximum` bytes."""
        if self._infos[name].file_size > maximum:
            raise Rejected(FileRejection.BROKEN)
        return b"".join(self.chunks(name))


def _opened(content: bytes) -> zipfile.ZipFile:
    """Open an archive that begins with its first part and ends with its last record."""
    if not content.startswith(LOCAL_HEAD) or content[-END_BYTES:][:4] != END:
        raise Rejected(FileRejection.BROKEN)
    return zipfile.ZipFile(BytesIO(content))


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    names = {info.filename.casefold() for info in infos}
    if not infos or len(infos) > MAX_PARTS or len(names) != len(infos):
        raise Rejected(FileRejection.BROKEN)
    for info in infos:
        if info.flag_bits & (ENCRYPTED_FLAG | STRONG_ENCRYPTION_FLAG):
            raise Rejected(FileRejection.LOCKED)
        too_long = len(info.filename) > MAX_PART_NAME_LENGTH
        if too_long or BAD_NAME.search(info.orig_filename) or info.compress_type not in METHODS:
            raise Rejected(FileRejection.BROKEN)


def _check_sizes(infos: list[zipfile.ZipInfo], maximum: int) -> None:
    """Refuse what says itself that it unpacks to far too much."""
    if sum(info.file_size for info in infos) > maximum:
        raise Rejected(FileRejection.ZIP_BOMB)
    for info in infos:
        is_large = info.file_size > RATIO_FROM_BYTES
        if is_large and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise Rejected(FileRejection.ZIP_BOMB)


def _agrees(head: bytes, info: zipfile.ZipInfo) -> bool:
    """Whether a part says of itself what the directory says; one written as a stream says 0."""
    text = int.from_bytes(head[18:22], "little"), int.from_bytes(head[22:26], "little")
    streamed = info.flag_bits & STREAMED_FLAG and text == (0, 0)
    return bool(streamed) or text == (info.compress_size, info.file_size) or ZIP64 in text


def _check_places(content: bytes, infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Refuse parts that overlap, and anything hidden before, between or after them."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        start = info.header_offset
        if not 0 <= start - end <= (MAX_GAP_BYTES if end else 0):
            raise Rejected(FileRejection.BROKEN)
        name = int.from_bytes(content[start + 26 : start + 28], "little")
        extra = int.from_bytes(content[start + 28 : start + 30], "little")
        if not _agrees(content[start : start + LOCAL_HEAD_BYTES], info):
            raise Rejected(FileRejection.BROKEN)
        end = start + LOCAL_HEAD_BYTES + name + extra + info.compress_size
    if not 0 <= directory - end <= MAX_GAP_BYTES:
        raise Rejected(FileRejection.BROKEN)
