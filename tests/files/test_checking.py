"""Pictures are made anew; whatever hides in them is gone."""

import hashlib
import resource
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from learning.files.checking import Checked, check
from learning.files.pictures import LONGEST_SIDE
from learning.files.rules import MOST_BYTES, Fault, Kind
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


def accepted(name: str, content: bytes) -> Checked:
    checked = check(name, content)
    assert isinstance(checked, Checked)
    assert checked.sha256 == hashlib.sha256(checked.content).hexdigest()
    return checked


def test_a_pdf_is_kept_as_it_is() -> None:
    checked = accepted("letter.pdf", PDF)
    assert (checked.kind, checked.content) == (Kind.PDF, PDF)


CASES = Path(__file__).parent / "cases"


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
    assert check("letter.pdf", a_locked_pdf("secret")) is Fault.LOCKED


def test_a_pdf_that_only_forbids_printing_is_taken() -> None:
    content = a_locked_pdf("", print_lowres=False, print_highres=False)
    assert accepted("letter.pdf", content).content == content


def test_a_pdf_that_asks_for_gigabytes_is_stopped_in_a_process_of_its_own() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = a_pdf_bomb()
    assert len(bomb) < MOST_BYTES
    assert check("letter.pdf", bomb) is Fault.BROKEN
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_a_photo_in_apple_s_format_is_refused_by_name() -> None:
    assert check("photo.jpg", (CASES / "photo.heic").read_bytes()) is Fault.HEIC


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
        assert max(made.size) == min(max(size), LONGEST_SIDE)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_sort_of_jpeg_is_read(mode) -> None:
    checked = accepted("x", encoded(Image.new(mode, (3000, 20)), "JPEG"))
    assert checked.name == "x.jpg"
    with Image.open(BytesIO(checked.content)) as made:
        assert made.size == (LONGEST_SIDE, 16)


def test_no_picture_grows_beyond_what_may_be_sent() -> None:
    checked = accepted("x.png", a_picture_that_grows())
    assert len(checked.content) <= MOST_BYTES
    with Image.open(BytesIO(checked.content)) as made:
        assert made.size == (LONGEST_SIDE // 2, LONGEST_SIDE // 2)


def test_transparency_survives() -> None:
    picture = Image.new("P", (4, 4))
    checked = accepted("x.png", encoded(picture, "PNG", transparency=0))
    with Image.open(BytesIO(checked.content)) as made:
        assert made.convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("empty.pdf", b"", Fault.EMPTY),
        ("slow.jpg", a_picture_of_many_scans(), Fault.BROKEN),
        ("gif.png", GIF, Fault.NOT_ALLOWED),
        ("zip.pdf", a_zip(), Fault.NOT_ALLOWED),
        ("setup.pdf", EXE, Fault.NOT_ALLOWED),
        ("drawing.png", SVG, Fault.NOT_ALLOWED),
        ("bomb.png", a_bomb(), Fault.TOO_MANY_PIXELS),
        ("liar.png", a_bomb(100, 100), Fault.BROKEN),
        ("none.png", a_bomb(0, 0), Fault.BROKEN),
        ("half.jpg", a_photo((400, 300))[:-400], Fault.BROKEN),
        ("head.jpg", b"\xff\xd8\xff", Fault.BROKEN),
        ("head.png", b"\x89PNG\r\n\x1a\n", Fault.BROKEN),
        ("noise.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 9, Fault.BROKEN),
        ("noise.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, Fault.BROKEN),
        ("half.png", a_png((400, 300))[:-40], Fault.BROKEN),
    ],
)
def test_what_is_no_whole_picture_or_document_is_not_taken(name, content, fault) -> None:
    assert check(name, content) == fault
