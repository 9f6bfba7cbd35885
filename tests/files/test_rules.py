"""Which files are taken, and what they are called."""

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.files.rules import (
    DOCUMENT_KINDS,
    MAX_CHUNK_BYTES,
    MAX_FILE_BYTES,
    MAX_FILE_NAME_LENGTH,
    MAX_FORM_FILE_BYTES,
    MAX_OPEN_UPLOADS,
    OLE_HEAD,
    QUOTA_BYTES,
    UNUSED_FILE_TTL,
    UPLOAD_TTL,
    FileKind,
    FileRejection,
    clean_name,
    content_disposition,
    detect_kind,
    form_size_rejection,
    has_too_many_pixels,
    is_locked_document,
    is_within_size,
    is_zip,
    name_with_extension,
    size_rejection,
    strip_pdf_margins,
)
from tests.files.samples import EXE, GIF, PDF, SVG, a_photo, a_png, a_zip

LONG = PDF.ljust(9_000, b" ") + b"%%EOF\n"
EMPTY_ZIP = b"PK\x05\x06" + b"\0" * 18
EMBEDDED = PDF[:-6] + b" " * 1024 + a_zip() + b"\nendstream\n%%EOF\n"
SHORT_RECORD = PDF[:-6] + b"PK\x05\x06\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (PDF, FileKind.PDF),
        (a_photo(), FileKind.JPEG),
        (a_png(), FileKind.PNG),
        (EMBEDDED, FileKind.PDF),
        (SHORT_RECORD, FileKind.PDF),
        (PDF + b"\0" * 1018, FileKind.PDF),
        (PDF + b"x" * 1018, FileKind.PDF),  # its end begins 1024 bytes before that of the file
        (PDF + b"x" * 1019, FileRejection.BROKEN),
        (LONG, FileKind.PDF),
        (b"<html><script>alert(1)</script>" + PDF, FileRejection.NOT_ALLOWED),
        (b"\r\n" + PDF, FileKind.PDF),
        (b"\xef\xbb\xbf" + PDF, FileKind.PDF),
        (b"\n" * 100 + PDF, FileRejection.NOT_ALLOWED),
        (b"%PDF-1.4\n<HTML><body>" + PDF, FileRejection.NOT_ALLOWED),
        (b"%PDF-1.4\n< script>" + PDF, FileRejection.NOT_ALLOWED),
        (b"%PDF-1.4\n<?php system($_GET['c']); ?>" + PDF, FileRejection.NOT_ALLOWED),
        (b"%PDF-1.4\n" + a_zip() + PDF, FileRejection.NOT_ALLOWED),
        (LONG + a_zip(), FileRejection.NOT_ALLOWED),
        (LONG + EMPTY_ZIP, FileRejection.NOT_ALLOWED),
        (LONG + a_zip()[:-2] + b"\x05\x00%%EOF", FileRejection.NOT_ALLOWED),
        (LONG + a_zip()[:-2] + b"\x09\x00%%EOF", FileRejection.NOT_ALLOWED),
        (LONG + a_zip() + b"xx", FileRejection.NOT_ALLOWED),
        (LONG + a_zip() + b"\n%%EOF\n", FileKind.PDF),
        (PDF[:-6], FileRejection.BROKEN),
        (PDF + b"\0" * 9000, FileKind.PDF),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 50, FileRejection.NOT_ALLOWED),
        (b"a photo heic", FileRejection.NOT_ALLOWED),
        (GIF, FileRejection.NOT_ALLOWED),
        (EXE, FileRejection.NOT_ALLOWED),
        (SVG, FileRejection.NOT_ALLOWED),
        (a_zip(), FileRejection.NOT_ALLOWED),
        (b"just words", FileRejection.NOT_ALLOWED),
        (b'<?xml version="1.0"?><Document/>', FileKind.XML),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Document/>', FileKind.XML),
        (b"<?xmlish?>", FileRejection.NOT_ALLOWED),
    ],
)
def test_a_file_is_what_it_holds(content: bytes, verdict: FileKind | FileRejection) -> None:
    assert detect_kind(content) == verdict


def test_a_pdf_is_kept_without_its_margins() -> None:
    assert strip_pdf_margins(b"\xef\xbb\xbf\r\n" + PDF + b"\0" * 5) == PDF
    assert strip_pdf_margins(PDF) == PDF
    assert strip_pdf_margins(b"just words") == b"just words"


@pytest.mark.parametrize("brand", ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"])
def test_a_photo_of_an_iphone_is_named_as_such(brand: str) -> None:
    content = b"\0\0\0\x18ftyp" + brand.encode() + b"\0" * 50
    assert detect_kind(content) is FileRejection.HEIC


@pytest.mark.parametrize(
    ("size", "error"),
    [
        (None, FileRejection.EMPTY),
        (-1, FileRejection.EMPTY),
        (0, FileRejection.EMPTY),
        (1, None),
        (1000, None),
        (1001, FileRejection.TOO_LARGE),
    ],
)
def test_a_size_is_judged_before_anything_is_sent(size, error) -> None:
    assert size_rejection(size, 1000) == error


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Awa\\lettre d’appui.pdf", "lettre d’appui.pdf"),
        ("../..", "file"),
        ("", "file"),
        ("  . ", "file"),
        ("a/", "file"),
        (".htaccess", "htaccess"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066a\u2069\u200b.pdf", "a.pdf"),
        ("a\x00b\x1b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x\u2028.pdf", "a Set-Cookie: x .pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("\ud800.pdf", "pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 300, "x" * 120),
        ("x" * 119 + " yz", "x" * 119),
        ("x" * 115 + " yz.pdf", "x" * 115 + ".pdf"),
        ("x" * 300 + "." + "y" * 59, "x" * 60 + "." + "y" * 59),
        ("x" * 100 + "." + "y" * 60, "x" * 100 + "." + "y" * 19),
        ("x" * 300 + ".pdf .", "x" * 116 + ".pdf"),
        ("x" * 115 + " .pdf", "x" * 115 + " .pdf"),
        ("X.X", "X.X"),
        ("X" * 300 + ".pdf", "X" * 116 + ".pdf"),
        ("a." + "x" * 300, "a." + "x" * 118),
    ],
)
def test_a_name_is_made_harmless(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text())
def test_no_name_is_empty_long_or_invisible(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= MAX_FILE_NAME_LENGTH
    assert not any(unicodedata.category(character).startswith("C") for character in clean)
    assert not set(clean) & set("/\\\u2028\u2029")
    assert content_disposition(clean).isascii()


@pytest.mark.parametrize(
    ("name", "kind", "named"),
    [
        ("letter.pdf", FileKind.PDF, "letter.pdf"),
        ("LETTER.PDF", FileKind.PDF, "LETTER.PDF"),
        ("photo.jpeg", FileKind.JPEG, "photo.jpeg"),
        ("photo.JPG", FileKind.JPEG, "photo.JPG"),
        ("letter.exe", FileKind.PDF, "letter.exe.pdf"),
        ("page.html", FileKind.PNG, "page.html.png"),
        ("", FileKind.PNG, "file.png"),
        ("x" * 300, FileKind.JPEG, "x" * 116 + ".jpg"),
    ],
)
def test_a_name_ends_as_its_content_asks(name: str, kind: FileKind, named: str) -> None:
    assert name_with_extension(name, kind) == named


def test_a_file_is_saved_under_its_own_name() -> None:
    assert content_disposition('été "1".pdf') == (
        "attachment; filename=\"ete _1_.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9%20%221%22.pdf"
    )
    assert content_disposition("a/b") == "attachment; filename=\"a_b\"; filename*=UTF-8''a%2Fb"


def test_the_limits_are_those_of_the_documents() -> None:
    assert MAX_FILE_BYTES == 20_000_000
    assert MAX_FORM_FILE_BYTES == 5_000_000
    assert MAX_CHUNK_BYTES == 512_000
    assert QUOTA_BYTES == 60_000_000
    assert MAX_OPEN_UPLOADS == 20
    assert timedelta(days=1) == UNUSED_FILE_TTL == UPLOAD_TTL


def test_every_kind_has_a_type_and_an_ending() -> None:
    office = "application/vnd.openxmlformats-officedocument."
    assert {kind.extension: kind.mimetype for kind in FileKind} == {
        ".pdf": "application/pdf",
        ".jpg": "image/jpeg",
        ".png": "image/png",
        ".docx": f"{office}wordprocessingml.document",
        ".xlsx": f"{office}spreadsheetml.sheet",
        ".pptx": f"{office}presentationml.presentation",
        ".odt": "application/vnd.oasis.opendocument.text",
        ".xml": "application/xml",
    }


def test_forty_megapixels_are_enough() -> None:
    assert not has_too_many_pixels(8000, 5000)
    assert has_too_many_pixels(8000, 5001)


def test_a_piece_ends_before_the_promised_end() -> None:
    assert is_within_size(10, offset=4, length=6)
    assert not is_within_size(10, offset=5, length=6)


@pytest.mark.parametrize(
    ("size", "verdict"),
    [
        (0, FileRejection.EMPTY),
        (1, None),
        (MAX_FORM_FILE_BYTES, None),
        (MAX_FORM_FILE_BYTES + 1, FileRejection.TOO_LARGE_FOR_FORM),
        (20_000_000, FileRejection.TOO_LARGE_FOR_FORM),
        (20_000_001, FileRejection.TOO_LARGE),
    ],
)
def test_a_file_that_comes_with_a_form_is_smaller(size: int, verdict: FileRejection | None) -> None:
    assert form_size_rejection(size, 20_000_000) is verdict


def test_a_document_is_known_by_its_container() -> None:
    assert is_zip(a_zip())
    assert not is_zip(PDF + a_zip())
    locked = OLE_HEAD + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert is_locked_document(locked)
    assert not is_locked_document(OLE_HEAD + b"\0" * 600)
    assert not is_locked_document(b"x" + locked)
    assert {kind.value for kind in DOCUMENT_KINDS} == {"docx", "odt", "xlsx", "pptx"}
