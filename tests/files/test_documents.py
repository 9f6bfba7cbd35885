"""DOCX, ODT, XLSX, PPTX and XML are judged by what they hold, in a process of its own."""

import re
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

import pytest

from learning.files.documents import inspect_document
from learning.files.purposes import FilePurpose
from learning.files.rules import FileKind, FileRejection
from learning.files.validation import ValidatedFile, validate_file
from learning.files.xml_files import inspect_xml
from tests.files import documents as made
from tests.files.documents import DOCX, ODT, OLE, PPTX, TYPES, XLSX, altered, with_part
from tests.files.samples import EXE, PDF, SVG, a_locked_pdf, a_zip

BROKEN, MACROS, EMBEDDED, EXTERNAL, LOCKED, BOMB, NOT_ALLOWED = (
    FileRejection.BROKEN,
    FileRejection.MACROS,
    FileRejection.EMBEDDED,
    FileRejection.EXTERNAL_LINK,
    FileRejection.LOCKED,
    FileRejection.ZIP_BOMB,
    FileRejection.NOT_ALLOWED,
)
WORK = FilePurpose(
    key="work",
    kinds=frozenset(
        {FileKind.PDF, FileKind.DOCX, FileKind.ODT, FileKind.XLSX, FileKind.PPTX, FileKind.XML}
    ),
    max_bytes=5_000_000,
)
LETTERS = FilePurpose(
    key="letters", kinds=frozenset({FileKind.PDF, FileKind.ODT}), max_bytes=5_000_000
)
RELS = "word/_rels/document.xml.rels"
CAMT = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    b"<Stmt><Id>1</Id></Stmt></BkToCstmrStmt></Document>"
)
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>'


def verdict(content: bytes) -> FileKind | FileRejection:
    """Judge a document in this very process; what its readers trip over is broken."""
    try:
        found = inspect_document(content)
    except (BadZipFile, ExpatError, KeyError):
        return BROKEN
    return found if isinstance(found, FileRejection) else FileKind(found.decode())


@pytest.mark.parametrize(
    ("content", "kind"),
    [(DOCX, "docx"), (PPTX, "pptx"), (XLSX, "xlsx"), (ODT, "odt")],
    ids=["docx", "pptx", "xlsx", "odt"],
)
def test_a_real_document_is_kept_as_it_is(content: bytes, kind: str) -> None:
    taken = validate_file("travail", content, WORK)
    assert isinstance(taken, ValidatedFile)
    assert (taken.kind.value, taken.content, taken.name) == (kind, content, f"travail.{kind}")


HARMLESS = {
    "another link": made.with_relation(
        DOCX, RELS, "hyperlink", "mailto:a@example.org", external=True
    ),
    "a field": made.with_field(' HYPERLINK "https://example.org/import/link" '),
    "words in a formula": made.with_formula('CONCATENATE("image (1)",MYIMAGE(1))'),
    "stored": made.packed(made.parts_of(DOCX), method=0),
    "an unknown part": with_part(DOCX, "[trash]/0000.dat", b"\0" * 40),
    "a link in ODT": made.with_text('<text:p><text:a xlink:href="mailto:a@b.org"/></text:p>'),
    "no scripts": altered(ODT, "content.xml", "<office:body>", "<office:scripts/><office:body>"),
    "an empty part": with_part(ODT, "Configurations2/accelerator/current.xml", b""),
}


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_ordinary_programs_write_is_taken(content: bytes) -> None:
    assert isinstance(verdict(content), FileKind)


HOSTILE = {
    "macros": (with_part(DOCX, "word/vbaProject.bin", OLE), MACROS),
    "macro relation": (
        made.with_relation(DOCX, RELS, "vbaProject", "vbaProject.bin", external=False),
        MACROS,
    ),
    "macro type": (
        altered(
            DOCX,
            TYPES,
            "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            "vnd.ms-word.document.macroEnabled.main+xml",
        ),
        MACROS,
    ),
    "macro sheet": (
        altered(
            XLSX,
            TYPES,
            "vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
            "vnd.ms-excel.macrosheet+xml",
        ),
        MACROS,
    ),
    "template": (
        altered(DOCX, TYPES, "wordprocessingml.document.main", "wordprocessingml.template.main"),
        NOT_ALLOWED,
    ),
    "macro button": (made.with_field(" MACROBUTTON Evil click "), MACROS),
    "control": (made.with_relation(DOCX, RELS, "control", "activeX1.xml", external=False), MACROS),
    "ole": (made.with_relation(DOCX, RELS, "oleObject", "o.bin", external=False), EMBEDDED),
    "ole part": (with_part(PPTX, "ppt/media/image9.png", OLE), EMBEDDED),
    "program": (with_part(DOCX, "word/media/image9.png", EXE), EMBEDDED),
    "archive": (with_part(DOCX, "word/media/image9.png", a_zip()), EMBEDDED),
    "html": (made.with_relation(DOCX, RELS, "aFChunk", "a.html", external=False), EMBEDDED),
    "package": (made.with_relation(DOCX, RELS, "package", "a.docx", external=False), EMBEDDED),
    "add-in": (made.with_relation(DOCX, RELS, "webextension", "w.xml", external=False), EMBEDDED),
    "inner macros": (
        made.with_inner_workbook(with_part(XLSX, "xl/vbaProject.bin", OLE)),
        MACROS,
    ),
    "inner document": (made.with_inner_workbook(DOCX), EMBEDDED),
    "inner link": (made.with_inner_workbook(made.with_formula("WEBSERVICE(A1)")), EXTERNAL),
    "linked template": (
        made.with_relation(
            DOCX, RELS, "attachedTemplate", "https://evil.example/t.dotm", external=True
        ),
        EXTERNAL,
    ),
    "linked picture": (
        made.with_relation(DOCX, RELS, "image", "https://evil.example/p.png", external=True),
        EXTERNAL,
    ),
    "link to a disk": (
        made.with_relation(DOCX, RELS, "hyperlink", "file:///C:/x.exe", external=True),
        EXTERNAL,
    ),
    "link to a share": (
        made.with_relation(DOCX, RELS, "hyperlink", r"\\evil\share", external=True),
        EXTERNAL,
    ),
    "part elsewhere": (
        made.with_relation(DOCX, RELS, "image", "https://evil.example/p.png", external=False),
        EXTERNAL,
    ),
    "workbook elsewhere": (
        made.with_relation(
            XLSX,
            "xl/_rels/workbook.xml.rels",
            "externalLink",
            "externalLinks/1.xml",
            external=False,
        ),
        EXTERNAL,
    ),
    "dde": (made.with_field(' DDEAUTO c:\\\\cmd.exe "/k calc" ', split=True), EXTERNAL),
    "included": (made.with_field(' includepicture "https://evil.example/p.png" '), EXTERNAL),
    "simple field": (
        altered(DOCX, "word/document.xml", "<w:sectPr", '<w:fldSimple w:instr="DDE x"/><w:sectPr'),
        EXTERNAL,
    ),
    "formula": (made.with_formula("_xlfn.WEBSERVICE(A1)"), EXTERNAL),
    "drawing": (
        with_part(DOCX, "word/d.vml", b'<v:x xmlns:v="v"><v:imagedata src="//evil/p"/></v:x>'),
        EXTERNAL,
    ),
    "svg": (
        with_part(DOCX, "word/media/1.svg", b'<svg><image href="https://evil.example"/></svg>'),
        EXTERNAL,
    ),
    "action": (
        altered(
            PPTX,
            "ppt/slides/slide1.xml",
            "<a:hlinkClick ",
            '<a:hlinkClick action="ppaction://program" ',
        ),
        MACROS,
    ),
    "odt macros": (with_part(ODT, "Basic/Standard/script-lb.xml", b"<a/>"), MACROS),
    "odt script": (made.with_text("<text:script>evil</text:script>"), MACROS),
    "odt listener": (made.with_text('<script:event-listener xmlns:script="s"/>'), MACROS),
    "odt ole": (made.with_text('<draw:object-ole xlink:href="./Object 1"/>'), EMBEDDED),
    "odt ole part": (with_part(ODT, "Object 1", OLE), EMBEDDED),
    "odt picture": (
        made.with_text('<draw:image xlink:href="https://evil.example/p.png"/>'),
        EXTERNAL,
    ),
    "odt disk": (made.with_text('<text:a xlink:href="../../secret.odt"/>'), EXTERNAL),
    "odt share": (made.with_text('<text:section-source xlink:href="//evil/x"/>'), EXTERNAL),
    "odt dde": (made.with_text("<office:dde-source/>"), EXTERNAL),
    "odt locked": (
        altered(
            ODT,
            "META-INF/manifest.xml",
            "</manifest:manifest>",
            "<manifest:encryption-data/></manifest:manifest>",
        ),
        LOCKED,
    ),
    "odt of another kind": (
        made.packed(
            made.parts_of(ODT) | {"mimetype": b"application/vnd.oasis.opendocument.text-master"}
        ),
        NOT_ALLOWED,
    ),
    "locked part": (made.marked_encrypted(DOCX), LOCKED),
    "a bomb": (made.bomb(50), BOMB),
    "a larger bomb": (made.bomb(70), BOMB),
    "many parts": (made.spread_bomb(65), BOMB),
    "overlap": (made.overlapping(DOCX), BROKEN),
    "hidden part": (made.hidden_between(DOCX), BROKEN),
    "one name twice": (made.with_two_of_one_name(DOCX), BROKEN),
    "path": (with_part(DOCX, "../../evil.xml", b"<a/>"), BROKEN),
    "absolute path": (with_part(DOCX, "/evil.xml", b"<a/>"), BROKEN),
    "before": (b"#!/bin/sh\n" + DOCX, BROKEN),
    "after": (DOCX + b"<script>", BROKEN),
    "half": (DOCX[:20_000], BROKEN),
    "entities": (with_part(DOCX, "word/footnotes.xml", LAUGHS), BROKEN),
    "document type": (with_part(ODT, "styles.xml", OUTSIDE), BROKEN),
    "depth": (made.deep_xml(300), BROKEN),
    "no XML": (with_part(DOCX, "word/document.xml", b"<w:document>"), BROKEN),
    "a plain archive": (a_zip(), NOT_ALLOWED),
}


@pytest.mark.parametrize(("content", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_document_that_acts_loads_or_hides_something_is_refused(content, reason) -> None:
    assert verdict(content) is reason


def test_the_process_of_its_own_gives_the_same_verdicts() -> None:
    for name in ("macro type", "linked template", "half", "a bomb", "no XML"):
        content, reason = HOSTILE[name]
        assert validate_file("x.docx", content, WORK) is reason, name


def test_only_kinds_of_the_purpose_are_taken() -> None:
    assert validate_file("x.docx", DOCX, LETTERS) is NOT_ALLOWED
    assert isinstance(validate_file("x.odt", ODT, LETTERS), ValidatedFile)
    only_pdf = FilePurpose(key="scan", kinds=frozenset({FileKind.PDF}), max_bytes=5_000_000)
    assert validate_file("x.odt", ODT, only_pdf) is NOT_ALLOWED
    assert validate_file("x.docx", made.LOCKED, only_pdf) is NOT_ALLOWED


def test_what_asks_for_a_password_is_refused_by_name() -> None:
    assert validate_file("x.docx", made.LOCKED, WORK) is LOCKED
    assert validate_file("x.pdf", a_locked_pdf("secret"), WORK) is LOCKED
    assert validate_file("x.doc", OLE, WORK) is NOT_ALLOWED


def test_a_statement_of_a_bank_is_kept_as_it_is() -> None:
    taken = validate_file("statement.txt", CAMT, WORK)
    assert isinstance(taken, ValidatedFile)
    assert (taken.kind, taken.content, taken.name) == (FileKind.XML, CAMT, "statement.txt.xml")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (LAUGHS, BROKEN),
        (OUTSIDE, BROKEN),
        (CAMT.replace(b"<Stmt>", b'<?xml-stylesheet href="x.xsl"?><Stmt>'), BROKEN),
        (CAMT.replace(b"<Id>1</Id>", b'<include href="x"/>'), BROKEN),
        (CAMT.replace(b"<Id>1</Id>", SVG), NOT_ALLOWED),
        (CAMT.replace(b"<Id>1</Id>", b"<a>" * 300 + b"</a>" * 300), BROKEN),
        (CAMT[:-9], BROKEN),
        (CAMT + PDF, BROKEN),
    ],
)
def test_xml_that_acts_or_is_broken_is_refused(content: bytes, reason: FileRejection) -> None:
    assert validate_file("x.xml", content, WORK) is reason
    try:
        assert inspect_xml(content) is reason
    except ExpatError:
        assert reason is BROKEN


def test_a_name_ends_as_a_document_of_its_kind_does() -> None:
    taken = validate_file("x.docm", DOCX, WORK)
    assert isinstance(taken, ValidatedFile)
    assert re.fullmatch(r"x\.docm\.docx", taken.name)
