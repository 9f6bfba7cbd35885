"""As what a part of an OOXML file is read: by its content and its type, not by its name alone.

Office goes by types, LibreOffice by relations; neither asks for the ending or the folder of a part.
"""

from collections.abc import Collection
from enum import Enum, auto
from posixpath import normpath
from urllib.parse import unquote

from learning.files.containers import Container

OWN_DATA = ("customxml/", "docprops/")  # what programs keep for themselves; nothing in it acts
OWN_TYPES = frozenset({
    "",
    "application/xml",
    "text/xml",
    "application/vnd.openxmlformats-officedocument.customxmlproperties+xml",
    "application/vnd.openxmlformats-officedocument.custom-properties+xml",
    "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    "application/vnd.openxmlformats-package.core-properties+xml",
})  # fmt: skip
OWN_RELATIONS = frozenset({
    "customXml", "customXmlProps", "core-properties", "custom-properties", "extended-properties",
    "customProperties", "extendedProperties",
})  # fmt: skip
FONT_ENDING = ".odttf"
FONT_TYPE = "application/vnd.openxmlformats-officedocument.obfuscatedfont"
XML_ENDINGS = (".xml", ".rels", ".vml", ".svg")
XML_TYPES = ("+xml", "/xml", "vmldrawing")
UTF8, UTF16, UTF32 = b"<", b"\0<", b"\0\0\0<\0"
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # byte order marks
EBCDIC = b"\x4c\x6f\xa7"
XML_HEADS = (UTF8, UTF16, UTF32, *MARKS, EBCDIC)


class Reader(Enum):
    """As what a part is read."""

    XML = auto()
    OWN_DATA = auto()
    FONT = auto()
    BINARY = auto()


def part_key(name: str) -> str:
    """Return the name of a part as programs compare it, whatever its case and its %-codes."""
    return normpath(unquote(name.partition("#")[0].partition("?")[0])).casefold()


def reader_of(container: Container, name: str, content_type: str, kinds: Collection[str]) -> Reader:
    """Return as what a part is read; `kinds` are the relations by which others have it.

    Own data and fonts are such only if name, type and every relation say so.
    """
    key = part_key(name)
    if key.endswith(FONT_ENDING) and content_type == FONT_TYPE and {"font"}.issuperset(kinds):
        return Reader.FONT
    if not _is_xml(container, name, content_type):
        return Reader.BINARY
    is_own = key.startswith(OWN_DATA) and content_type in OWN_TYPES
    return Reader.OWN_DATA if is_own and OWN_RELATIONS.issuperset(kinds) else Reader.XML


def _is_xml(container: Container, name: str, content_type: str) -> bool:
    if part_key(name).endswith(XML_ENDINGS) or content_type.endswith(XML_TYPES):
        return True
    head = container.head(name)
    text = head.lstrip()
    return bool(head) and (not text or text.startswith(XML_HEADS))
