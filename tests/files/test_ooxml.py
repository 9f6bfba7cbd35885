"""An OOXML part is read by its type and its content; no place or ending of it is exempt."""

import pytest

from learning.files.documents import inspect_document
from learning.files.rules import FileRejection
from tests.files import documents as made
from tests.files.documents import DOCX, ODT, TYPES

RELS = "word/_rels/document.xml.rels"
DDE = made.with_field(' DDEAUTO c:\\\\cmd.exe "/k calc" ')
FONT = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
HEADER_FIELD = (
    b'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p>'
    b'<w:fldSimple w:instr="DDEAUTO cmd"/></w:p></w:hdr>'
)
OWN_NOTE = b'<note src="https://example.org/a"/>'


def with_main_part(content: bytes, name: str) -> bytes:
    """A DOCX whose main part has another name, everywhere."""
    parts = made.parts_of(content)
    parts[name] = parts.pop("word/document.xml")
    folder, _, file = name.rpartition("/")
    own = (b"styles", b"settings", b"webSettings", b"fontTable", b"numbering", b"media/")
    rels = parts.pop(RELS)
    for each in own if folder != "word" else ():
        rels = rels.replace(b'Target="' + each, b'Target="../word/' + each)
    parts[f"{folder}/_rels/{file}.rels"] = rels
    for place in (TYPES, "_rels/.rels"):
        assert b"word/document.xml" in parts[place]
        parts[place] = parts[place].replace(b"word/document.xml", name.encode())
    return made.packed(parts)


def with_header(name: str, content: bytes, *, target: str, kind: str = "header") -> bytes:
    """A DOCX with one more part, to which its text refers; no type of its own is declared."""
    related = made.with_relation(DOCX, RELS, kind, target, external=False)
    return made.with_part(related, name, content)


def with_default_type(content: bytes, ending: str, content_type: str) -> bytes:
    row = f'<Default Extension="{ending}" ContentType="{content_type}"/>'
    return made.altered(content, TYPES, "<Default ", f"{row}<Default ")


MAIN_PARTS = (
    "word/other.xml",
    "customXml/document.xml",
    "docProps/document.xml",
    "word/document.dat",
    "word/document.odttf",
)


@pytest.mark.parametrize("name", MAIN_PARTS)
def test_a_main_part_is_read_wherever_it_is(name: str) -> None:
    assert inspect_document(with_main_part(DOCX, name)) == b"docx"
    assert inspect_document(with_main_part(DDE, name)) is FileRejection.EXTERNAL_LINK


UTF16 = HEADER_FIELD.decode().encode("utf-16")
FIELDS = {
    "own folder": with_header("customXml/h.xml", HEADER_FIELD, target="../customXml/h.xml"),
    "case": with_header("customXml/h.xml", HEADER_FIELD, target="../CustomXML/H.xml"),
    "escaped": with_header("customXml/h.xml", HEADER_FIELD, target="../custom%58ml/%68.xml#x"),
    "no type": with_header("word/h.dat", HEADER_FIELD, target="h.dat"),
    "blanks": with_header("word/h.dat", b"\n" * 600 + HEADER_FIELD, target="h.dat"),
    "utf-16": with_header("word/h.dat", UTF16, target="h.dat"),
    "font": with_default_type(
        with_header("word/h.odttf", HEADER_FIELD, target="h.odttf"), "odttf", FONT
    ),
    "type with a parameter": with_default_type(
        with_header("word/h.dat", HEADER_FIELD, target="h.dat"),
        "dat",
        "application/x.header+xml; charset=utf-8",
    ),
}


@pytest.mark.parametrize("content", FIELDS.values(), ids=FIELDS.keys())
def test_a_part_is_read_whatever_it_is_called(content: bytes) -> None:
    assert inspect_document(content) is FileRejection.EXTERNAL_LINK


def test_the_own_data_of_programs_and_fonts_stay() -> None:
    own = with_header("customXml/i.xml", OWN_NOTE, target="../customXml/i.xml", kind="customXml")
    assert inspect_document(own) == b"docx"
    font = with_header(
        "word/fonts/1.odttf", b"<\x03\x9a\x11" * 9, target="fonts/1.odttf", kind="font"
    )
    assert inspect_document(with_default_type(font, "odttf", FONT)) == b"docx"


ODF_PARTS = {
    "mimetype": (made.parts_of(ODT)["mimetype"], FileRejection.BROKEN),
    "content.xml": (b"<office:dde-source/>", FileRejection.BROKEN),
    "META-INF/manifest.xml": (b"<a/>", FileRejection.BROKEN),
    "Basic/Standard/Module1.xml": (b"<a/>", FileRejection.MACROS),
    "Scripts/python/x.py": (b"import os", FileRejection.MACROS),
}


@pytest.mark.parametrize("name", ODF_PARTS)
def test_a_document_of_two_formats_is_refused(name: str) -> None:
    part, reason = ODF_PARTS[name]
    assert inspect_document(made.packed({name: part} | made.parts_of(DOCX))) is reason


def test_an_odt_with_parts_of_ooxml_is_refused_whatever_their_case() -> None:
    both = made.packed(made.parts_of(ODT) | {TYPES.lower(): b"<Types/>"})
    assert inspect_document(both) is FileRejection.BROKEN
