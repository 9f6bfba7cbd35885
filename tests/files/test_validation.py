"""Pictures are made anew; whatever hides in them is gone."""

import hashlib
import resource
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.files.images import MAX_SIDE_PIXELS
from learning.files.rules import FileKind, FileRejection
from learning.files.validation import ValidatedFile, validate_file
from tests.files.samples import (
    EXE,
    GIF,
    PDF,
    SVG,
    a_bomb,
    a_locked_pdf,
    a_pdf_bomb,
    a_photo,
    a_picture_of_many_scans,
    a_picture_that_grows,
    a_png,
    a_zip,
    encoded,
)


def accepted(name: str, content: bytes) -> ValidatedFile:
    checked = validate_file(name, content, NOMINATION_LETTER)
    assert isinstance(checked, ValidatedFile)
    assert checked.sha256 == hashlib.sha256(checked.content).hexdigest()
    return checked


def test_a_pdf_is_kept_as_it_is() -> None:
    checked = accepted("letter.pdf", PDF)
    assert (checked.kind, checked.content) == (FileKind.PDF, PDF)


CASES = Path(__file__).parent / "cases"
HEIC = (CASES / "photo.heic").read_bytes()


@pytest.mark.parametrize("name", ["plain", "scan"])
def test_an_ordinary_pdf_is_kept_byte_for_byte(name) -> None:
    content = (CASES / f"{name}.pdf").read_bytes()
    assert accepted("letter.pdf", content).content == content


@pytest.mark.parametrize("name", ["bom", "crlf-first", "nul-tail"])
def test_what_phones_put_around_a_pdf_is_cut_off_and_it_opens_everywhere(name) -> None:
    content = accepted("letter.pdf", (CASES / f"{name}.pdf").read_bytes()).content
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    with pikepdf.open(BytesIO(content)) as document:
        assert len(document.pages) == 1
        assert not document.get_warnings()


def test_a_pdf_that_asks_for_a_password_is_not_taken() -> None:
    assert (
        validate_file("letter.pdf", a_locked_pdf("secret"), NOMINATION_LETTER)
        is FileRejection.LOCKED
    )


def test_a_pdf_that_only_forbids_printing_is_taken() -> None:
    content = a_locked_pdf("", print_lowres=False, print_highres=False)
    assert accepted("letter.pdf", content).content == content


def test_a_pdf_that_asks_for_gigabytes_is_stopped_in_a_process_of_its_own() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = a_pdf_bomb()
    assert len(bomb) < NOMINATION_LETTER.max_bytes
    assert validate_file("letter.pdf", bomb, NOMINATION_LETTER) is FileRejection.BROKEN
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_a_photo_in_apple_s_format_is_refused_by_name() -> None:
    assert validate_file("photo.jpg", HEIC, NOMINATION_LETTER) is FileRejection.HEIC


def test_a_photo_forgets_where_and_with_what_it_was_taken_and_stands_upright() -> None:
    photo = a_photo((40, 30))
    assert b"SecretPhone" in photo
    checked = accepted("photo.jpg", photo)
    assert b"Secret" not in checked.content
    assert b"Exif" not in checked.content
    with Image.open(BytesIO(checked.content)) as made:
        assert made.size == (30, 40)
        assert not made.getexif()


def test_what_is_appended_to_a_picture_is_gone() -> None:
    for picture in (a_png(), a_photo()):
        checked = accepted("x.png", picture + a_zip() + b"<script>")
        assert b"PK\x03\x04" not in checked.content
        assert b"<script>" not in checked.content


def test_words_and_colours_hidden_in_a_png_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 only here

    notes = PngInfo()
    notes.add_text("Comment", "SecretComment", zip=False)
    picture = encoded(Image.new("RGB", (4, 4)), "PNG", pnginfo=notes, icc_profile=b"SecretProfile")
    checked = accepted("x.png", picture)
    assert b"Secret" not in checked.content
    assert b"iCCP" not in checked.content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(40, 30), (2600, 13)])
def test_every_sort_of_png_is_read_and_large_ones_shrink(mode, size) -> None:
    checked = accepted("x.png", a_png(size, mode))
    with Image.open(BytesIO(checked.content)) as made:
        assert max(made.size) == min(max(size), MAX_SIDE_PIXELS)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_sort_of_jpeg_is_read(mode) -> None:
    checked = accepted("x", encoded(Image.new(mode, (3000, 20)), "JPEG"))
    assert checked.name == "x.jpg"
    with Image.open(BytesIO(checked.content)) as made:
        assert made.size == (MAX_SIDE_PIXELS, 16)


def test_no_picture_grows_beyond_what_may_be_sent() -> None:
    checked = accepted("x.png", a_picture_that_grows())
    assert len(checked.content) <= NOMINATION_LETTER.max_bytes
    with Image.open(BytesIO(checked.content)) as made:
        assert made.size == (MAX_SIDE_PIXELS // 2, MAX_SIDE_PIXELS // 2)


def test_transparency_survives() -> None:
    picture = Image.new("P", (4, 4))
    checked = accepted("x.png", encoded(picture, "PNG", transparency=0))
    with Image.open(BytesIO(checked.content)) as made:
        assert made.convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.pdf", b"", FileRejection.EMPTY),
        ("slow.jpg", a_picture_of_many_scans(), FileRejection.BROKEN),
        ("gif.png", GIF, FileRejection.NOT_ALLOWED),
        ("zip.pdf", a_zip(), FileRejection.NOT_ALLOWED),
        ("setup.pdf", EXE, FileRejection.NOT_ALLOWED),
        ("drawing.png", SVG, FileRejection.NOT_ALLOWED),
        ("bomb.png", a_bomb(), FileRejection.TOO_MANY_PIXELS),
        ("liar.png", a_bomb(100, 100), FileRejection.BROKEN),
        ("none.png", a_bomb(0, 0), FileRejection.BROKEN),
        ("half.jpg", a_photo((400, 300))[:-400], FileRejection.BROKEN),
        ("head.jpg", b"\xff\xd8\xff", FileRejection.BROKEN),
        ("head.png", b"\x89PNG\r\n\x1a\n", FileRejection.BROKEN),
        ("noise.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 9, FileRejection.BROKEN),
        ("noise.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, FileRejection.BROKEN),
        ("half.png", a_png((400, 300))[:-40], FileRejection.BROKEN),
    ],
)
def test_what_is_no_whole_picture_or_document_is_not_taken(name, content, error) -> None:
    assert validate_file(name, content, NOMINATION_LETTER) == error
