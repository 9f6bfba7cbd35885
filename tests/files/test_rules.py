"""Which files are taken, and what they are called."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.files.rules import (
    LONGEST_NAME,
    MOST_BYTES,
    Fault,
    Kind,
    clean_name,
    disposition,
    fits,
    has_too_many_pixels,
    look,
    name_as,
    size_fault,
)
from tests.files.samples import EXE, GIF, PDF, SVG, a_photo, a_png, a_zip

EMBEDDED = PDF[:-6] + b" " * 1024 + a_zip() + b"\nendstream\n%%EOF\n"
SHORT_RECORD = PDF[:-6] + b"PK\x05\x06\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (PDF, Kind.PDF),
        (a_photo(), Kind.JPEG),
        (a_png(), Kind.PNG),
        (EMBEDDED, Kind.PDF),
        (SHORT_RECORD, Kind.PDF),
        (PDF + b"\0" * 1018, Kind.PDF),
        (b"", Fault.EMPTY),
        (PDF.ljust(MOST_BYTES - 6, b" ") + b"%%EOF\n", Kind.PDF),
        (PDF.ljust(MOST_BYTES + 1, b" "), Fault.TOO_LARGE),
        (b"<html><script>alert(1)</script>" + PDF, Fault.NOT_ALLOWED),
        (b"\r\n" + PDF, Kind.PDF),
        (b"\xef\xbb\xbf" + PDF, Kind.PDF),
        (b"\n" * 100 + PDF, Fault.NOT_ALLOWED),
        (b"%PDF-1.4\n<HTML><body>" + PDF, Fault.NOT_ALLOWED),
        (b"%PDF-1.4\n< script>" + PDF, Fault.NOT_ALLOWED),
        (b"%PDF-1.4\n<?php system($_GET['c']); ?>" + PDF, Fault.NOT_ALLOWED),
        (b"%PDF-1.4\n" + a_zip() + PDF, Fault.NOT_ALLOWED),
        (PDF + a_zip(), Fault.NOT_ALLOWED),
        (PDF + a_zip()[:-2] + b"\x05\x00%%EOF", Fault.NOT_ALLOWED),
        (PDF + a_zip() + b"xx", Fault.NOT_ALLOWED),
        (PDF[:-6], Fault.BROKEN),
        (PDF + b"\0" * 9000, Kind.PDF),
        (PDF + b"x" * 1024, Fault.BROKEN),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, Fault.HEIC),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 50, Fault.NOT_ALLOWED),
        (GIF, Fault.NOT_ALLOWED),
        (EXE, Fault.NOT_ALLOWED),
        (SVG, Fault.NOT_ALLOWED),
        (a_zip(), Fault.NOT_ALLOWED),
        (b"just words", Fault.NOT_ALLOWED),
    ],
)
def test_a_file_is_what_it_holds(content: bytes, verdict: Kind | Fault) -> None:
    assert look(content) == verdict


@pytest.mark.parametrize(
    ("size", "fault"),
    [
        (None, Fault.EMPTY),
        (-1, Fault.EMPTY),
        (0, Fault.EMPTY),
        (1, None),
        (MOST_BYTES, None),
        (MOST_BYTES + 1, Fault.TOO_LARGE),
    ],
)
def test_a_size_is_judged_before_anything_is_sent(size, fault) -> None:
    assert size_fault(size) == fault


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
        ("a." + "x" * 300, "a." + "x" * 118),
    ],
)
def test_a_name_is_made_harmless(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text())
def test_no_name_is_empty_long_or_invisible(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= LONGEST_NAME
    assert not any(unicodedata.category(character).startswith("C") for character in clean)
    assert not set(clean) & set("/\\\u2028\u2029")
    assert disposition(clean).isascii()


@pytest.mark.parametrize(
    ("name", "kind", "named"),
    [
        ("letter.pdf", Kind.PDF, "letter.pdf"),
        ("LETTER.PDF", Kind.PDF, "LETTER.PDF"),
        ("photo.jpeg", Kind.JPEG, "photo.jpeg"),
        ("photo.JPG", Kind.JPEG, "photo.JPG"),
        ("letter.exe", Kind.PDF, "letter.exe.pdf"),
        ("page.html", Kind.PNG, "page.html.png"),
        ("", Kind.PNG, "file.png"),
        ("x" * 300, Kind.JPEG, "x" * 116 + ".jpg"),
    ],
)
def test_a_name_ends_as_its_content_asks(name: str, kind: Kind, named: str) -> None:
    assert name_as(name, kind) == named


def test_a_file_is_saved_under_its_own_name() -> None:
    assert disposition('été "1".pdf') == (
        "attachment; filename=\"ete _1_.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9%20%221%22.pdf"
    )


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_type_and_an_ending(kind: Kind) -> None:
    assert kind.mimetype in {"application/pdf", "image/jpeg", "image/png"}
    assert kind.extension in {".pdf", ".jpg", ".png"}


def test_forty_megapixels_are_enough() -> None:
    assert not has_too_many_pixels(8000, 5000)
    assert has_too_many_pixels(8000, 5001)


def test_a_piece_ends_before_the_promised_end() -> None:
    assert fits(10, offset=4, length=6)
    assert not fits(10, offset=5, length=6)
